SET LOCAL ROLE dc_system;
DROP FUNCTION sys.claim_jobs, sys.worker_heartbeat, sys.delete_lost_workers, sys.worker_jobs, sys.claim_wakes, sys.notify_jobs, sys.rescue_jobs, sys.expire_jobs, sys.job_gauges, sys.delete_ended_jobs;
DROP TABLE job_transitions;
RESET ROLE;
DROP TABLE workers, connections, lanes, job_results, jobs;
DROP FUNCTION sys.refuse_change_of_ended_job;
DELETE FROM sys.schema_versions WHERE version = 5;
