-- A crash in the middle of an upload leaves a file that nobody sees and that takes room: those of more than an hour ago go, in all tenants.
CREATE POLICY system ON files TO dc_system USING (true) WITH CHECK (true);
GRANT DELETE ON files TO dc_system;
SET LOCAL ROLE dc_system;
CREATE FUNCTION sys.delete_unfinished_files(keep interval) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    deleted bigint;
BEGIN
    IF keep < interval '10 minutes' THEN RAISE check_violation USING MESSAGE = 'at least ten minutes must be kept'; END IF;
    DELETE FROM public.files f WHERE f.state = 'receiving' AND f.created_at < now() - keep;
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END $$;
REVOKE ALL ON FUNCTION sys.delete_unfinished_files FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sys.delete_unfinished_files TO dc_app;
RESET ROLE;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (35, 'unfinished_files', '0.1.0');
