using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Wire;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>GetOptions and SetVouchers, deprecated since CWMP 1.1; old models have nothing else.</summary>
internal static class OptionJobs
{
    /// <summary>Reads the options.</summary>
    public static async Task<JobEnd> GetAsync(JobContext context)
    {
        var result = await context.Rpc.CallAsync<GetOptionsResponse>(new GetOptions(context.Arguments.Text("name")?.Trim() ?? ""));
        if (result.Fault is { } fault) return fault;
        var values = result.Response!.Options.Select(o => new ParameterValue(o.OptionName, Describe(o), "option")).ToList();
        return ProtocolOutcome.Success(values, values.Count == 0 ? "The device has no options." : Values.Count(values.Count, "option")) with { StoreValues = false };
    }

    /// <summary>Gives the device vouchers.</summary>
    public static async Task<JobEnd> SetAsync(JobContext context)
    {
        var vouchers = context.Arguments.List("vouchers");
        var result = await context.Rpc.CallAsync<SetVouchersResponse>(new SetVouchers(vouchers));
        return result.Fault is { } fault ? fault : ProtocolOutcome.Success([], $"The device took {Values.Count(vouchers.Count, "voucher")}.");
    }

    private static string Describe(OptionStruct option)
    {
        var mode = option.Mode switch
        {
            1 => $"enabled until {option.ExpirationDate}",
            2 => "enabled without an end",
            _ => "disabled",
        };
        var setUp = (option.State & 2) != 0 ? "set up" : "not set up";
        var since = option.StartDate is CwmpText.UnknownTime or "" ? "" : $" since {option.StartDate}";
        return $"{mode}{since}, {setUp}, voucher {option.VoucherSN}{(option.IsTransferable ? ", transferable" : "")}";
    }
}
