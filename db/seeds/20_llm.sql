-- In every table two rows of A and one of B, so that whose rows were counted shows in the number. C and D have none.
insert into public.llm_api_calls (
  id, tenant_id, created_at, endpoint, model, request_id,
  input_tokens, output_tokens, cost_cents, latency_ms, was_cached, request_metadata
)
values
  (
    'a1000000-0000-4000-8000-000000000001', 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
    '2026-01-10 08:00:00+00', '/v1/chat', 'small', 'request-1', 120, 40, 3, 250, false, '{"prompt": "plain"}'
  ),
  (
    'a1000000-0000-4000-8000-000000000002', 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
    '2026-01-10 08:05:00+00', '/v1/chat?q=''"\$$<img src=x onerror=alert(1)>', 'größe-✓', 'request-2
of two lines', 0, 0, 0, 0, true, '{"prompt": "</script><script>alert(1)</script>"}'
  ),
  (
    'b1000000-0000-4000-8000-000000000001', 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb',
    '2026-01-10 08:10:00+00', '/v1/chat', 'small', 'request-1', 90, 30, 2, 180, false, null
  );

insert into public.llm_monthly_costs (
  id, tenant_id, created_at, month, total_cost_cents, total_calls, model_breakdown
)
values
  (
    'a2000000-0000-4000-8000-000000000001', 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
    '2026-01-01 00:00:00+00', '2025-12-01', 4100, 870, '{"small": 4100}'
  ),
  (
    'a2000000-0000-4000-8000-000000000002', 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
    '2026-02-01 00:00:00+00', '2026-01-01', 3, 2, '{"größe-✓ <b>''\"\\$$": 0, "small": 3}'
  ),
  (
    'b2000000-0000-4000-8000-000000000001', 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb',
    '2026-02-01 00:00:00+00', '2026-01-01', 2, 1, '{"small": 2}'
  );

insert into public.investigations (
  id, tenant_id, created_at, updated_at, query, status, result, cost_cents
)
values
  (
    'a3000000-0000-4000-8000-000000000001', 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
    '2026-01-11 09:00:00+00', '2026-01-11 09:01:00+00', 'Why did spend rise in week two?', 'completed',
    '{"answer": "a campaign"}', 12
  ),
  (
    'a3000000-0000-4000-8000-000000000002', 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
    '2026-01-11 09:05:00+00', '2026-01-11 09:05:00+00', '''; set app.current_tenant_id = ''bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb'';
-- "quoted" \ $$ <script>alert(1)</script> 为什么 🦝', 'pending',
    null, 0
  ),
  (
    'b3000000-0000-4000-8000-000000000001', 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb',
    '2026-01-11 09:10:00+00', '2026-01-11 09:10:00+00', 'Which channel should we drop?', 'running',
    null, 0
  );

insert into public.budget_optimization_jobs (
  id, tenant_id, created_at, updated_at, status, recommendations, cost_cents
)
values
  (
    'a4000000-0000-4000-8000-000000000001', 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
    '2026-01-12 10:00:00+00', '2026-01-12 10:03:00+00', 'completed', '{"shift": {"search": 10, "social": -10}}', 25
  ),
  (
    'a4000000-0000-4000-8000-000000000002', 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
    '2026-01-12 10:05:00+00', '2026-01-12 10:05:00+00', 'failed', '{"error": "<b>\"it''s\" \\ $$</b>\nline two ✗"}', 0
  ),
  (
    'b4000000-0000-4000-8000-000000000001', 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb',
    '2026-01-12 10:10:00+00', '2026-01-12 10:10:00+00', 'pending', null, null
  );
