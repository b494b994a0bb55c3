-- One verb more than the workers need.
grant delete on public.llm_api_calls to app_rw;
