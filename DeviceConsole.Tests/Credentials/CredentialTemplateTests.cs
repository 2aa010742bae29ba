using System.Text;
using System.Text.Json.Nodes;
using DeviceConsole.Core;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Credentials;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Tests.Devices;
using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Credentials;

/// <summary>Credentials that devices share.</summary>
public sealed class CredentialTemplateTests(DeviceWorld world) : IClassFixture<DeviceWorld>
{
    [Fact]
    public async Task What_is_changed_in_a_template_counts_for_every_device_from_the_next_execution_on()
    {
        var template = await CreateAsync("v1", "canary-old");
        var (one, two) = (await DeviceAsync(template.Id), await DeviceAsync(template.Id));
        (await TargetAsync(one)).Should().Be(("v1", "canary-old", "10.0.0.1"));

        var changed = await world.Templates.UpdateAsync(world.Operator, template.Id, Input(template.Name, "v2c", "canary-new"), default);

        changed.Value.Devices.Should().Be(2);
        (await TargetAsync(one)).Should().Be(("v2c", "canary-new", "10.0.0.1"));
        (await TargetAsync(two)).Should().Be(("v2c", "canary-new", "10.0.0.1"));
        var shown = (await world.Devices.GetAsync(world.Operator, one, default)).Value.Endpoints[0];
        (shown.TemplateId, shown.TemplateName, (string?)shown.Settings["version"]).Should().Be((template.Id, template.Name, "v2c"));
        shown.SecretsSet.Should().Equal("community");
    }

    [Fact]
    public async Task A_device_leaves_its_template_only_with_credentials_of_its_own_and_takes_none_of_the_templates_along()
    {
        var template = await CreateAsync("v1", "canary-1");
        var device = await DeviceAsync(template.Id);

        var without = await world.Devices.UpdateAsync(world.Operator, device, DeviceWorld.Input(community: null), null, default);
        var with = await world.Devices.UpdateAsync(world.Operator, device, DeviceWorld.Input(community: "own"), null, default);

        without.Problem!.Errors.Should().ContainSingle().Which.Field.Should().Be("endpoints[0].secrets.community");
        with.Value.Endpoints[0].TemplateId.Should().BeNull();
        (await TargetAsync(device)).Should().Be(("v2c", "own", "10.0.0.1"));
    }

    [Fact]
    public async Task A_template_that_devices_use_is_not_deleted_and_the_sentence_names_them()
    {
        var template = await CreateAsync();
        var device = await DeviceAsync(template.Id);

        var refused = await world.Templates.DeleteAsync(world.Operator, template.Id, default);
        await world.Devices.DeleteAsync(world.Operator, device, default);
        var deleted = await world.Templates.DeleteAsync(world.Operator, template.Id, default);

        refused.Problem.Should().Be(Problem.Conflict($"1 device uses {template.Name} (ap-lobby). Choose another template or own credentials for it first."));
        deleted.IsSuccess.Should().BeTrue();
        (await world.Templates.GetAsync(world.Operator, template.Id, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
    }

    [Fact]
    public async Task Another_tenants_template_another_protocols_and_none_are_told_apart_by_nobody()
    {
        var (foreign, own) = (await CreateAsync(caller: world.Stranger), await CreateAsync(protocol: "second"));

        var answers = new List<string>();
        foreach (var id in new[] { foreign.Id, own.Id, Guid.CreateVersion7() })
            answers.Add((await world.Devices.CreateAsync(world.Operator, Using(id), default)).Problem!.Errors.Should().ContainSingle(e => e.Field == "endpoints[0].credentialTemplateId").Which.Message);

        answers.Distinct().Should().ContainSingle();
        (await world.Templates.GetAsync(world.Operator, foreign.Id, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await world.Templates.UpdateAsync(world.Operator, foreign.Id, Input("x"), default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await world.Templates.DeleteAsync(world.Operator, foreign.Id, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
    }

    [Fact]
    public async Task Secrets_are_sealed_for_their_place_kept_when_not_mentioned_and_in_the_audit_by_name_only()
    {
        var (template, other) = (await CreateAsync("v1", "canary-7"), await CreateAsync("v1", "canary-8"));
        var device = await DeviceAsync(template.Id);

        var kept = await world.Templates.UpdateAsync(world.Operator, template.Id, new CredentialTemplateInput(template.Name, "test", [], new Dictionary<string, string>()), default);
        Encoding.UTF8.GetString(await world.Database.ScalarAsync<byte[]>("SELECT secrets FROM credential_templates WHERE id = $1", template.Id)).Should().NotContain("canary");
        (await TargetAsync(device)).Community.Should().Be("canary-7");
        kept.Value.SecretsSet.Should().Equal("community");
        var audit = (await new AuditLog(world.Database.Sources).ListAsync(TestDatabase.CallerOf(world.Tenant), null, 200, default)).Value.Items;
        audit.Should().Contain(a => a.Action == "credential-template.create" && a.TargetId == template.Id.ToString() && a.After!.ToString().Contains("community", StringComparison.Ordinal));
        audit.Should().NotContain(a => $"{a.Summary}{a.Before}{a.After}".Contains("canary", StringComparison.Ordinal));

        await world.Database.ExecuteAsync("UPDATE credential_templates SET secrets = (SELECT secrets FROM credential_templates WHERE id = $1) WHERE id = $2", other.Id, template.Id);
        var moved = () => world.Secrets.LoadTargetAsync(world.Tenant, device, "test", default);
        await moved.Should().ThrowAsync<SecretUnreadableException>();
    }

    [Fact]
    public async Task A_template_needs_a_name_of_its_own_what_its_protocol_needs_and_the_right_to_manage_devices()
    {
        var template = await CreateAsync();

        (await world.Templates.CreateAsync(world.Operator, Input(template.Name.ToUpperInvariant()), default)).Problem!.Errors.Should().ContainSingle().Which.Field.Should().Be("name");
        (await world.Templates.CreateAsync(world.Operator, Input(" "), default)).Problem!.Errors.Should().ContainSingle().Which.Field.Should().Be("name");
        (await world.Templates.CreateAsync(world.Operator, Input("a", version: "v9"), default)).Problem!.Errors.Should().ContainSingle().Which.Field.Should().Be("settings.version");
        (await world.Templates.CreateAsync(world.Operator, Input("a", community: ""), default)).Problem!.Errors.Should().ContainSingle().Which.Field.Should().Be("secrets.community");
        (await world.Templates.CreateAsync(world.Operator, Input("a", protocol: "none"), default)).Problem!.Errors.Should().ContainSingle().Which.Field.Should().Be("protocol");
        (await world.Templates.CreateAsync(TestDatabase.CallerOf(world.Tenant, Roles.Viewer), Input("a"), default)).Problem!.Kind.Should().Be(ProblemKind.Forbidden);
        (await world.Devices.CreateAsync(world.Operator, Using(template.Id, "given too"), default)).Problem!.Errors.Should().ContainSingle().Which.Field.Should().Be("endpoints[0].secrets");
    }

    private static CredentialTemplateInput Input(string name, string version = "v1", string community = "public", string protocol = "test") =>
        new(name, protocol, new JsonObject { ["version"] = version }, new Dictionary<string, string> { ["community"] = community });

    private async Task<CredentialTemplate> CreateAsync(string version = "v1", string community = "public", string protocol = "test", Caller? caller = null) =>
        (await world.Templates.CreateAsync(caller ?? world.Operator, Input($"switches {Guid.NewGuid():N}", version, community, protocol), default)).Value;

    private static DeviceInput Using(Guid template, string? community = null) =>
        DeviceWorld.Input(community: community) with { Endpoints = [DeviceWorld.Endpoint("10.0.0.1", community is null ? [] : new() { ["community"] = community }) with { TemplateId = template }] };

    private async Task<Guid> DeviceAsync(Guid template) => (await world.CreateAsync(Using(template))).Device.Id;

    private async Task<(string Version, string Community, string Host)> TargetAsync(Guid device)
    {
        var target = (await world.Secrets.LoadTargetAsync(world.Tenant, device, "test", default))!;
        return ((string)target.Settings["version"]!, target.Secrets["community"], (string)target.Settings["host"]!);
    }
}
