-- Whether the audit event e meets the criteria of a question; a part of the statements that read the audit. A criterion that is null is
-- none. @from and @until timestamptz: the part of the audit that the statement reads. @before_at timestamptz and @before_id uuid: the end
-- of the page before. @patient_keys and @document_keys uuid[]: one of each; @version uuid; @audit_id uuid; @agents text[] (callers and
-- requesters); @address text; @outcomes and @acts text[].
e.recorded_at >= @from and e.recorded_at < @until and (e.recorded_at, e.audit_id) < (@before_at, @before_id)
and (@patient_keys is null or e.patient_keys && @patient_keys)
and (@document_keys is null or e.document_keys && @document_keys)
and (@version is null or e.versions @> array[@version])
and (@audit_id is null or e.audit_id = @audit_id)
and (@agents is null or e.caller = any (@agents collate "C") or e.requester = any (@agents collate "C"))
and (@address is null or e.address = @address collate "C")
and (@outcomes is null or e.outcome = any (@outcomes))
and (@acts is null or e.act = any (@acts))
