DROP TABLE data_protection_keys, signing_keys, api_clients, user_tokens, user_logins, user_claims, users;
DELETE FROM sys.schema_versions WHERE version = 2;
