using System.Buffers.Text;
using System.Security.Cryptography;
using DeviceConsole.Core;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared.Forms;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Connect;

/// <summary>How unknown devices of one protocol are taken in.</summary>
public sealed partial class EnrolmentDialog(EnrolmentService enrolment, CurrentCaller current)
{
    private EnrolmentPolicy policy = EnrolmentPolicy.Approve;
    private FieldValues settings = FieldValues.Empty([]);
    private SecretValues secrets = new([], []);
    private IReadOnlyList<(string Label, string Value)>? saved;
    private Problem? problem;
    private bool working;

    /// <summary>The protocol.</summary>
    [Parameter, EditorRequired] public ISessionProtocol Module { get; set; } = default!;

    /// <summary>What is stored; null where nothing is.</summary>
    [Parameter] public EnrolmentView? Stored { get; set; }

    /// <summary>The tenant's short name: on shared addresses the user name that finds the tenant.</summary>
    [Parameter, EditorRequired] public string Slug { get; set; } = "";

    /// <summary>Leaves everything as it is.</summary>
    [Parameter] public EventCallback OnClose { get; set; }

    /// <summary>Something was stored.</summary>
    [Parameter] public EventCallback OnSaved { get; set; }

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        var descriptor = Module.Descriptor;
        policy = Stored?.Policy ?? EnrolmentPolicy.Approve;
        settings = Stored is null ? FieldValues.Empty(descriptor.Settings) : FieldValues.From(descriptor.Settings, Stored.Settings);
        secrets = new SecretValues(descriptor.Credentials, Stored?.SecretsSet ?? []);
    }

    private void Generate()
    {
        foreach (var field in secrets.Fields.Where(f => f.Kind == FieldKind.Text))
        {
            secrets.Replace(field.Id);
            secrets[field.Id] = field.Id.EndsWith("username", StringComparison.OrdinalIgnoreCase) ? Slug : Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(15));
        }
    }

    private async Task SaveAsync()
    {
        if (working) return;
        working = true;
        try
        {
            var entered = secrets.ToInput();
            problem = (await enrolment.SaveAsync(await current.GetAsync(), Module.Descriptor.Id, new EnrolmentInput(policy, settings.ToJson(), entered), CancellationToken.None)).Problem;
            if (problem is not null) return;
            await OnSaved.InvokeAsync();
            var shown = secrets.Fields.Where(f => entered.GetValueOrDefault(f.Id) is { Length: > 0 }).Select(f => (f.Label, entered[f.Id])).ToList();
            if (shown.Count > 0) saved = shown;
            else await OnClose.InvokeAsync();
        }
        finally
        {
            working = false;
        }
    }
}
