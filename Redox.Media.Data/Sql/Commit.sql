-- Ends a transaction. It is executed without a timeout and without a token: cancelled while it waits for a standby, the commit would be
-- reported as successful (docs/decisions/0016).
commit;
