alter table public.llm_api_calls
  drop constraint llm_api_calls_request_key;
