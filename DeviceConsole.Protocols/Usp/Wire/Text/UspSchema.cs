namespace DeviceConsole.Protocols.Usp.Wire.Text;

/// <summary>The names and numbers of the fields of usp-record-1-4 and usp-msg-1-4, for showing messages to people.</summary>
internal static class UspSchema
{
    // A message in each line that begins at the margin. Behind a field's number and name stands its kind: text, flag, number (of variable
    // length), code (of 32 bits), bytes, map, a message, or an enumeration with its values; * for a field that can occur several times.
    private const string Table = """
        Record
          1 version text; 2 to_id text; 3 from_id text; 4 payload_security PLAINTEXT,TLS12; 5 mac_signature bytes; 6 sender_cert bytes
          7 no_session_context NoSessionContext; 8 session_context SessionContext; 9 websocket_connect Empty; 10 mqtt_connect MqttConnect
          11 stomp_connect StompConnect; 12 disconnect Disconnect; 13 uds_connect Empty
        Empty
        NoSessionContext
          2 payload bytes
        SessionContext
          1 session_id number; 2 sequence_id number; 3 expected_id number; 4 retransmit_id number
          5 payload_sar_state NONE,BEGIN,INPROCESS,COMPLETE; 6 payloadrec_sar_state NONE,BEGIN,INPROCESS,COMPLETE; 7 payload *bytes
        MqttConnect
          1 version V3_1_1,V5; 2 subscribed_topic text
        StompConnect
          1 version V1_2; 2 subscribed_destination text
        Disconnect
          1 reason text; 2 reason_code code
        Msg
          1 header Header; 2 body Body
        Header
          1 msg_id text
          2 msg_type ERROR,GET,GET_RESP,NOTIFY,SET,SET_RESP,OPERATE,OPERATE_RESP,ADD,ADD_RESP,DELETE,DELETE_RESP,GET_SUPPORTED_DM,GET_SUPPORTED_DM_RESP,GET_INSTANCES,GET_INSTANCES_RESP,NOTIFY_RESP,GET_SUPPORTED_PROTO,GET_SUPPORTED_PROTO_RESP,REGISTER,REGISTER_RESP,DEREGISTER,DEREGISTER_RESP
        Body
          1 request Request; 2 response Response; 3 error Error
        Request
          1 get Get; 2 get_supported_dm GetSupportedDM; 3 get_instances GetInstances; 4 set Set; 5 add Add; 6 delete Delete; 7 operate Operate
          8 notify Notify; 9 get_supported_protocol GetSupportedProtocol; 10 register Register; 11 deregister Deregister
        Response
          1 get_resp GetResp; 2 get_supported_dm_resp GetSupportedDMResp; 3 get_instances_resp GetInstancesResp; 4 set_resp SetResp
          5 add_resp AddResp; 6 delete_resp DeleteResp; 7 operate_resp OperateResp; 8 notify_resp NotifyResp
          9 get_supported_protocol_resp GetSupportedProtocolResp; 10 register_resp RegisterResp; 11 deregister_resp DeregisterResp
        Error
          1 err_code code; 2 err_msg text; 3 param_errs *ErrorParam
        ErrorParam
          1 param_path text; 2 err_code code; 3 err_msg text
        ParameterError
          1 param text; 2 err_code code; 3 err_msg text
        Failure
          1 err_code code; 2 err_msg text
        Get
          1 param_paths *text; 2 max_depth code
        GetResp
          1 req_path_results *RequestedPath
        RequestedPath
          1 requested_path text; 2 err_code code; 3 err_msg text; 4 resolved_path_results *ResolvedPath
        ResolvedPath
          1 resolved_path text; 2 result_params map
        GetSupportedDM
          1 obj_paths *text; 2 first_level_only flag; 3 return_commands flag; 4 return_events flag; 5 return_params flag; 6 return_unique_key_sets flag
        GetSupportedDMResp
          1 req_obj_results *RequestedObject
        RequestedObject
          1 req_obj_path text; 2 err_code code; 3 err_msg text; 4 data_model_inst_uri text; 5 supported_objs *SupportedObject
        SupportedObject
          1 supported_obj_path text; 2 access OBJ_READ_ONLY,OBJ_ADD_DELETE,OBJ_ADD_ONLY,OBJ_DELETE_ONLY; 3 is_multi_instance flag
          4 supported_commands *SupportedCommand; 5 supported_events *SupportedEvent; 6 supported_params *SupportedParam
          7 divergent_paths *text; 8 unique_key_sets *UniqueKeySet
        SupportedParam
          1 param_name text; 2 access PARAM_READ_ONLY,PARAM_READ_WRITE,PARAM_WRITE_ONLY
          3 value_type PARAM_UNKNOWN,PARAM_BASE_64,PARAM_BOOLEAN,PARAM_DATE_TIME,PARAM_DECIMAL,PARAM_HEX_BINARY,PARAM_INT,PARAM_LONG,PARAM_STRING,PARAM_UNSIGNED_INT,PARAM_UNSIGNED_LONG
          4 value_change VALUE_CHANGE_UNKNOWN,VALUE_CHANGE_ALLOWED,VALUE_CHANGE_WILL_IGNORE
        SupportedCommand
          1 command_name text; 2 input_arg_names *text; 3 output_arg_names *text; 4 command_type CMD_UNKNOWN,CMD_SYNC,CMD_ASYNC
        SupportedEvent
          1 event_name text; 2 arg_names *text
        UniqueKeySet
          1 key_names *text
        GetInstances
          1 obj_paths *text; 2 first_level_only flag
        GetInstancesResp
          1 req_path_results *RequestedTable
        RequestedTable
          1 requested_path text; 2 err_code code; 3 err_msg text; 4 curr_insts *CurrentInstance
        CurrentInstance
          1 instantiated_obj_path text; 2 unique_keys map
        GetSupportedProtocol
          1 controller_supported_protocol_versions text
        GetSupportedProtocolResp
          1 agent_supported_protocol_versions text
        Setting
          1 param text; 2 value text; 3 required flag
        Add
          1 allow_partial flag; 2 create_objs *ObjectSettings
        ObjectSettings
          1 obj_path text; 2 param_settings *Setting
        AddResp
          1 created_obj_results *CreatedObject
        CreatedObject
          1 requested_path text; 2 oper_status AddStatus
        AddStatus
          1 oper_failure Failure; 2 oper_success AddSuccess
        AddSuccess
          1 instantiated_path text; 2 param_errs *ParameterError; 3 unique_keys map
        Delete
          1 allow_partial flag; 2 obj_paths *text
        DeleteResp
          1 deleted_obj_results *DeletedObject
        DeletedObject
          1 requested_path text; 2 oper_status DeleteStatus
        DeleteStatus
          1 oper_failure Failure; 2 oper_success DeleteSuccess
        DeleteSuccess
          1 affected_paths *text; 2 unaffected_path_errs *UnaffectedPath
        UnaffectedPath
          1 unaffected_path text; 2 err_code code; 3 err_msg text
        Set
          1 allow_partial flag; 2 update_objs *ObjectSettings
        SetResp
          1 updated_obj_results *UpdatedObject
        UpdatedObject
          1 requested_path text; 2 oper_status SetStatus
        SetStatus
          1 oper_failure SetFailure; 2 oper_success SetSuccess
        SetFailure
          1 err_code code; 2 err_msg text; 3 updated_inst_failures *UpdatedInstance
        SetSuccess
          1 updated_inst_results *UpdatedInstance
        UpdatedInstance
          1 affected_path text; 2 param_errs *ParameterError; 3 updated_params map
        Operate
          1 command text; 2 command_key text; 3 send_resp flag; 4 input_args map
        OperateResp
          1 operation_results *OperationResult
        OperationResult
          1 executed_command text; 2 req_obj_path text; 3 req_output_args OutputArgs; 4 cmd_failure Failure
        OutputArgs
          1 output_args map
        Notify
          1 subscription_id text; 2 send_resp flag; 3 event Event; 4 value_change ValueChange; 5 obj_creation ObjectCreation
          6 obj_deletion ObjectDeletion; 7 oper_complete OperationComplete; 8 on_board_req OnBoardRequest
        Event
          1 obj_path text; 2 event_name text; 3 params map
        ValueChange
          1 param_path text; 2 param_value text
        ObjectCreation
          1 obj_path text; 2 unique_keys map
        ObjectDeletion
          1 obj_path text
        OperationComplete
          1 obj_path text; 2 command_name text; 3 command_key text; 4 req_output_args OutputArgs; 5 cmd_failure Failure
        OnBoardRequest
          1 oui text; 2 product_class text; 3 serial_number text; 4 agent_supported_protocol_versions text
        NotifyResp
          1 subscription_id text
        Register
          1 allow_partial flag; 2 reg_paths *RegistrationPath
        RegistrationPath
          1 path text
        RegisterResp
          1 registered_path_results *RegisteredPath
        RegisteredPath
          1 requested_path text; 2 oper_status RegisterStatus
        RegisterStatus
          1 oper_failure Failure; 2 oper_success RegisterSuccess
        RegisterSuccess
          1 registered_path text
        Deregister
          1 paths *text
        DeregisterResp
          1 deregistered_path_results *DeregisteredPath
        DeregisteredPath
          1 requested_path text; 2 oper_status DeregisterStatus
        DeregisterStatus
          1 oper_failure Failure; 2 oper_success DeregisterSuccess
        DeregisterSuccess
          1 deregistered_path *text
        """;

    private static readonly Dictionary<string, Dictionary<int, SchemaField>> Schemas = Parse();

    /// <summary>A record's fields.</summary>
    public static Dictionary<int, SchemaField> Record => Schemas["Record"];

    /// <summary>A message's fields.</summary>
    public static Dictionary<int, SchemaField> Message => Schemas["Msg"];

    /// <summary>The fields of a message of the schema, or null where the kind is no message.</summary>
    public static Dictionary<int, SchemaField>? Of(string kind) => Schemas.GetValueOrDefault(kind);

    private static Dictionary<string, Dictionary<int, SchemaField>> Parse()
    {
        var schemas = new Dictionary<string, Dictionary<int, SchemaField>>(StringComparer.Ordinal);
        Dictionary<int, SchemaField> current = [];
        foreach (var line in Table.Split('\n'))
        {
            if (!line.StartsWith(' '))
            {
                schemas[line] = current = [];
                continue;
            }
            foreach (var field in line.Split(';'))
            {
                var parts = field.Trim().Split(' ');
                var repeated = parts[2].StartsWith('*');
                current[int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture)] = new SchemaField(parts[1], parts[2].TrimStart('*'), repeated);
            }
        }
        return schemas;
    }
}

/// <summary>A field: its name, its kind, and whether it can occur several times.</summary>
internal sealed record SchemaField(string Name, string Kind, bool Repeated)
{
    /// <summary>The names of an enumeration's values; null for other kinds.</summary>
    public string[]? Values { get; } = Kind.Any(char.IsLower) ? null : Kind.Split(',');
}
