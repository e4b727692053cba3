-- Much of everything for the demo organisation: `make bench` measures its pages. Run as a superuser, past all triggers,
-- in one transaction; each row is a copy of one that came in through the product's own doors.
SET LOCAL session_replication_role = replica;

-- Wang Fang leads fifty people
INSERT INTO accounts_user SELECT (jsonb_populate_record(u, jsonb_build_object('id', uuidv7(), 'email', 'rep' || n || '@huaxin.example', 'name', 'Rep ' || n))).*
FROM accounts_user u, generate_series(1, 48) n WHERE u.email = 'li.wei@huaxin.example';

-- 200 customers of each of them, and 10,000 in the pool
CREATE TEMP TABLE mine ON COMMIT DROP AS SELECT c.*, row_number() OVER (ORDER BY c.id) AS place FROM customers_customer c JOIN accounts_user o ON o.id = c.owner_id WHERE o.email = 'li.wei@huaxin.example';
CREATE TEMP TABLE nobodys ON COMMIT DROP AS SELECT c.*, row_number() OVER (ORDER BY c.id) AS place FROM customers_customer c WHERE owner_id IS NULL;
INSERT INTO customers_customer SELECT (jsonb_populate_record(NULL::customers_customer, to_jsonb(c) || jsonb_build_object('id', uuidv7(), 'name', c.name || ' ' || n, 'owner_id', u.id, 'protected_until', c.protected_until + n * interval '1 hour' + u.rank * interval '1 minute'))).*
FROM (SELECT id, row_number() OVER (ORDER BY id) AS rank FROM accounts_user WHERE email LIKE 'rep%' OR email LIKE 'li.wei%') u, generate_series(1, 200) n, mine c WHERE c.place = 1 + n % 5;
INSERT INTO customers_customer SELECT (jsonb_populate_record(NULL::customers_customer, to_jsonb(c) || jsonb_build_object('id', uuidv7(), 'name', c.name || ' ' || n, 'pooled_at', c.pooled_at - n * interval '1 minute'))).*
FROM generate_series(1, 10000) n, nobodys c WHERE c.place = 1 + n % 5;

-- 100,000 requests that wait for Wang Fang, and 5,000 notices
CREATE TEMP TABLE pattern ON COMMIT DROP AS SELECT a.id FROM approvals_approval a JOIN approvals_approver s ON s.approval_id = a.id JOIN accounts_user p ON p.id = s.person_id
 WHERE p.email = 'wang.fang@huaxin.example' AND a.state = 'pending' AND s.ended_at IS NULL LIMIT 1;
CREATE TEMP TABLE ids ON COMMIT DROP AS SELECT n, uuidv7() AS approval, uuidv7() AS step, uuidv7() AS seat, uuidv7() AS subject FROM generate_series(1, 100000) n;
INSERT INTO approvals_approval SELECT (jsonb_populate_record(a, jsonb_build_object('id', ids.approval, 'subject_id', ids.subject, 'opened_at', a.opened_at - n * interval '1 second'))).* FROM approvals_approval a JOIN pattern USING (id), ids;
INSERT INTO approvals_approvalstep SELECT (jsonb_populate_record(a, jsonb_build_object('id', ids.step, 'approval_id', ids.approval))).* FROM approvals_approvalstep a JOIN pattern ON pattern.id = a.approval_id, ids;
INSERT INTO approvals_approver SELECT (jsonb_populate_record(a, jsonb_build_object('id', ids.seat, 'approval_id', ids.approval, 'step_id', ids.step, 'due_at', a.due_at + n * interval '1 second'))).* FROM approvals_approver a JOIN pattern ON pattern.id = a.approval_id, ids;
CREATE TEMP TABLE told ON COMMIT DROP AS SELECT x.* FROM accounts_notice x JOIN accounts_user p ON p.id = x.person_id WHERE p.email = 'wang.fang@huaxin.example' LIMIT 1;
INSERT INTO accounts_notice SELECT (jsonb_populate_record(NULL::accounts_notice, to_jsonb(t) || jsonb_build_object('id', uuidv7(), 'key', 'k' || n))).* FROM generate_series(1, 5000) n, told t;
