-- What every new function starts with, and what a forgotten REVOKE leaves.
grant execute on function security.resolve_tenant_webhook_secrets(text) to public;
