-- What suites share: each that needs it has `\ir ../setup.sql` in its transaction. Nothing of it outlives the session.

-- What a statement does for this login: the rows it reaches, or the refusal it gets.
create function pg_temp.attempt(statement text) returns text
language plpgsql
as $$
declare
  reached bigint;
begin
  execute statement;
  get diagnostics reached = row_count;
  return reached || case reached when 1 then ' row' else ' rows' end;
exception
  when others then
    return sqlstate || ': ' || sqlerrm;
end
$$;

-- A row of each tenant table that fits any tenant.
create temporary table relation (place, name, new_row) as
values
  (1, 'llm_api_calls', $$
    insert into public.llm_api_calls
      (tenant_id, endpoint, model, request_id, input_tokens, output_tokens, cost_cents, latency_ms)
    values (%L, '/v1/chat', 'small', 'request-of-the-suite', 1, 1, 1, 1)
  $$),
  (2, 'llm_monthly_costs', $$
    insert into public.llm_monthly_costs (tenant_id, month, total_cost_cents, total_calls, model_breakdown)
    values (%L, '2026-03-01', 1, 1, '{}')
  $$),
  (3, 'investigations', $$
    insert into public.investigations (tenant_id, query, status)
    values (%L, 'why?', 'pending')
  $$),
  (4, 'budget_optimization_jobs', $$
    insert into public.budget_optimization_jobs (tenant_id, status)
    values (%L, 'pending')
  $$);
