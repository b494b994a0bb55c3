-- A retried request claims the call it already made instead of paying for it twice.
alter table public.llm_api_calls
  add constraint llm_api_calls_request_key unique (tenant_id, request_id, endpoint);
