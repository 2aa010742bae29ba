using DeviceConsole.Protocols.Cwmp.Wire;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;

namespace DeviceConsole.Tests.Protocols.Cwmp.Wire;

/// <summary>What two real devices sent is understood; the expected values are read off the captures by eye.</summary>
public sealed class CaptureTests
{
    [Fact]
    public void An_inform_of_EasyCwmp_says_who_it_is_and_why_it_calls()
    {
        var envelope = CwmpCapture.Read("easycwmp/01-inform-bootstrap-boot");
        var inform = (Inform)envelope.Message;

        (envelope.Id, envelope.Namespace, envelope.HasDeclaration).Should().Be(("1", "urn:dslforum-org:cwmp-1-2", true));
        inform.DeviceId.Should().Be(new DeviceIdStruct("easycwmp", "FFFFFF", "easycwmp", "EASY0001"));
        inform.Events.Should().Equal(new EventStruct("0 BOOTSTRAP", ""), new EventStruct("1 BOOT", ""));
        (inform.MaxEnvelopes, inform.RetryCount, inform.CurrentTime).Should().Be((1, 0, "2026-11-22T08:50:17+00:00"));
        inform.Parameters.Should().HaveCount(7);
        inform.Parameters.Should().Contain(new ParameterValueStruct("InternetGatewayDevice.ManagementServer.ConnectionRequestURL", "http://127.0.0.1:7800/", "string"));
    }

    [Fact]
    public void An_inform_of_genieacs_sim_with_a_wrong_array_label_has_the_entries_that_are_there()
    {
        var envelope = CwmpCapture.Read("genieacs-sim/01-inform-periodic");
        var inform = (Inform)envelope.Message;

        (envelope.Id, envelope.Namespace).Should().Be(("co952wq8", "urn:dslforum-org:cwmp-1-0"));
        inform.DeviceId.Should().Be(new DeviceIdStruct("Huawei Technologies Co., Ltd.", "202BC1", "BM632w", "000001"));
        inform.Parameters.Should().HaveCount(7, "the label says 16, the elements are 7");
        inform.Parameters.Should().Contain(new ParameterValueStruct("InternetGatewayDevice.DeviceInfo.ProvisioningCode", "", "string"));
    }

    [Fact]
    public void An_inform_of_netcwmp_with_types_everywhere_and_a_time_without_a_zone_is_read()
    {
        var inform = CwmpCapture.Read<Inform>("netcwmp/01-inform-boot");

        inform.DeviceId.Should().Be(new DeviceIdStruct("ChinaNMS", "A00001", "OT2800", "NC0001"));
        inform.Events.Should().Equal(new EventStruct("0 BOOTSTRAP", ""));
        inform.CurrentTime.Should().Be("2026-11-23T13:58:23");
        inform.Parameters.Should().Contain(new ParameterValueStruct("InternetGatewayDevice.ManagementServer.ConnectionRequestURL", "http://127.0.0.1:27549", "string"));
    }

    [Fact]
    public void A_fault_of_netcwmp_keeps_its_codes_though_its_details_stand_within_the_faultstring()
    {
        var set = CwmpCapture.Read<CwmpFault>("netcwmp/04-set-parameter-values-fault");
        (set.Code, set.Text).Should().Be((9003, "Invalid arguments"));
        set.Parameters.Should().Equal(new ParameterFault("InternetGatewayDevice.DeviceInfo.ProvisioningCode", 9008, "Attempt to set a non-writable parameter"));

        var add = CwmpCapture.Read<CwmpFault>("netcwmp/05-add-object-fault");
        (add.Code, add.Text).Should().Be((9005, "Invalid parameter name"));
    }

    [Fact]
    public void Names_and_methods_of_netcwmp_are_read()
    {
        CwmpCapture.Read<GetRPCMethodsResponse>("netcwmp/03-get-rpc-methods-response").Methods.Should().HaveCount(11).And.Contain("Inform");
        CwmpCapture.Read<GetParameterNamesResponse>("netcwmp/06-get-parameter-names-response").Names.Should().HaveCount(8).And.Contain(new ParameterInfoStruct("InternetGatewayDevice.WANDevice.", true));
    }

    [Theory]
    [InlineData("easycwmp/03-inform-connection-request", "6 CONNECTION REQUEST")]
    [InlineData("genieacs-sim/03-inform-connection-request", "6 CONNECTION REQUEST")]
    public void A_connection_request_is_named_in_the_events(string capture, string code)
    {
        CwmpCapture.Read<Inform>(capture).Events.Should().Equal(new EventStruct(code, ""));
    }

    [Fact]
    public void A_tree_of_1002_names_is_read_whole()
    {
        var names = CwmpCapture.Read<GetParameterNamesResponse>("genieacs-sim/04-get-parameter-names-response-full").Names;

        names.Should().HaveCount(1002);
        names.Count(n => n.Name.EndsWith('.')).Should().Be(210);
        names[0].Should().Be(new ParameterInfoStruct("InternetGatewayDevice.", false));
        names.Should().Contain(new ParameterInfoStruct("InternetGatewayDevice.DeviceInfo.ProvisioningCode", true));
    }

    [Fact]
    public void One_level_of_names_is_read_with_booleans_as_words_and_as_digits()
    {
        CwmpCapture.Read<GetParameterNamesResponse>("genieacs-sim/05-get-parameter-names-response-next-level").Names
            .Should().ContainSingle().Which.Name.Should().Be("InternetGatewayDevice.");
        CwmpCapture.Read<GetParameterNamesResponse>("easycwmp/08-get-parameter-names-response-next-level").Names.Should().Equal(
            new ParameterInfoStruct("InternetGatewayDevice.LANDevice.1.WLANConfiguration.1.", false),
            new ParameterInfoStruct("InternetGatewayDevice.LANDevice.1.WLANConfiguration.2.", true));
        CwmpCapture.Read<GetParameterNamesResponse>("easycwmp/04-get-parameter-names-response").Names.Should().NotBeEmpty();
    }

    [Theory]
    [InlineData("genieacs-sim/06-get-parameter-values-response-a", 32)]
    [InlineData("genieacs-sim/07-get-parameter-values-response-b", 32)]
    [InlineData("genieacs-sim/08-get-parameter-values-response-c", 17)]
    [InlineData("easycwmp/05-get-parameter-values-response", 9)]
    public void Values_come_with_their_names(string capture, int count)
    {
        var values = CwmpCapture.Read<GetParameterValuesResponse>(capture).Parameters;

        values.Should().HaveCount(count);
        values.Should().OnlyContain(v => v.Name.StartsWith("InternetGatewayDevice.") && v.Value != null);
    }

    [Fact]
    public void Values_have_the_types_of_the_data_model()
    {
        CwmpCapture.Read<GetParameterValuesResponse>("genieacs-sim/06-get-parameter-values-response-a").Parameters.Select(v => v.Type).Distinct()
            .Should().BeEquivalentTo("string", "boolean", "int", "unsignedInt");
        CwmpCapture.Read<GetParameterValuesResponse>("genieacs-sim/07-get-parameter-values-response-b").Parameters.Should().Contain(v => v.Type == "dateTime");
        CwmpCapture.Read<GetParameterValuesResponse>("easycwmp/05-get-parameter-values-response").Parameters.Should().Contain(v => v.Value == "easy & <ssid>");
    }

    [Fact]
    public void Answers_to_writes_are_read()
    {
        CwmpCapture.Read<SetParameterValuesResponse>("easycwmp/06-set-parameter-values-response").Status.Should().Be(0);
        CwmpCapture.Read<SetParameterValuesResponse>("genieacs-sim/09-set-parameter-values-response").Status.Should().Be(0);
        CwmpCapture.Read<AddObjectResponse>("easycwmp/07-add-object-response").InstanceNumber.Should().Be(2);
        CwmpCapture.Read<DeleteObjectResponse>("easycwmp/09-delete-object-response").Status.Should().Be(0);
    }

    [Fact]
    public void A_download_is_taken_and_its_end_reported_in_another_session()
    {
        var taken = CwmpCapture.Read<DownloadResponse>("easycwmp/10-download-response");
        (taken.Status, taken.StartTime).Should().Be((1, "0001-01-01T00:00:00Z"));
        CwmpText.ReadTime(taken.StartTime).Should().BeNull("the time is not known");

        CwmpCapture.Read<Inform>("easycwmp/11-inform-transfer-complete").Events.Should().Equal(
            new EventStruct("7 TRANSFER COMPLETE", ""), new EventStruct("M Download", "1a2027436da0000"), new EventStruct("1 BOOT", ""));

        var complete = CwmpCapture.Read<TransferComplete>("easycwmp/12-transfer-complete");
        (complete.CommandKey, complete.Fault).Should().Be(("1a2027436da0000", new TransferFault(0, "")));
        CwmpText.ReadTime(complete.CompleteTime).Should().Be(new DateTimeOffset(2026, 11, 22, 8, 53, 56, TimeSpan.Zero));
    }
}
