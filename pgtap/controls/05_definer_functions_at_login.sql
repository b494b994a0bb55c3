-- The function now runs as its caller, who may not read tenants.
alter function security.resolve_tenant_webhook_secrets(text) security invoker;
