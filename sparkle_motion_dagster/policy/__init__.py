"""The operator's policy: what may be filmed on a machine, and the log of what was asked for.

`film/admission.py` holds plans and briefs against it. Whoever takes a prompt in otherwise writes::

    from sparkle_motion_dagster.policy.audit import AuditLog
    from sparkle_motion_dagster.policy.prompts import check_prompt

    check_prompt(
        text,                                  # what somebody wrote, as it was written
        AuditLog(home, "write", run_id),       # where that is noted; run_id may be None
        language="en-US",                      # of the film, if the order says so
        seconds=60,                            # the film's length, if the order says so
        engines={"writer": ["template"]},      # who would answer, by kind
        options={"style": "noir"},             # front matter: texts in it count as the prompt does
    )

It returns nothing, and raises `PromptRefusedError`, whose text names rules and lines. Either way
the audit log has a line of it.
"""
