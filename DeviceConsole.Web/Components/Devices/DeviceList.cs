using DeviceConsole.Core;
using DeviceConsole.Core.Devices;

namespace DeviceConsole.Web.Components.Devices;

/// <summary>The rows of a list of devices and what was asked for.</summary>
public sealed record DeviceList(DeviceQuery Query, IReadOnlyList<DeviceRow> Rows, string? Next)
{
    /// <summary>True where not all devices are asked for.</summary>
    public bool IsFiltered => !string.IsNullOrEmpty(Query.Search) || !string.IsNullOrEmpty(Query.Tag);

    /// <summary>The first page.</summary>
    public static DeviceList Of(DeviceQuery query, Page<DeviceRow> page) => new(query, page.Items, page.Next);

    /// <summary>With the next page below; a device that moved between two pages is not shown twice.</summary>
    public DeviceList With(Page<DeviceRow> page)
    {
        var known = Rows.Select(r => r.Id).ToHashSet();
        return this with { Rows = [.. Rows, .. page.Items.Where(r => !known.Contains(r.Id))], Next = page.Next };
    }
}
