using System.Globalization;
using DeviceConsole.Core;
using DeviceConsole.Core.Alarms;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Polling;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Web.Components.Schedules;

namespace DeviceConsole.Web.Components.Polling;

/// <summary>A profile as somebody types it.</summary>
public sealed class PollForm
{
    /// <summary>A line of objects.</summary>
    public sealed class ObjectLine
    {
        public string Name { get; init; } = "";
        public string Oid { get; set; } = "";
        public string Unit { get; set; } = "";
        public string Scale { get; set; } = "1";
        public string? Label { get; set; }
        public string? Discontinuity { get; init; }
    }

    /// <summary>A line of thresholds.</summary>
    public sealed class BoundLine
    {
        public string Object { get; set; } = "";
        public bool Above { get; set; } = true;
        public string Raise { get; set; } = "";
        public string Clear { get; set; } = "";
        public int Samples { get; set; } = 3;
        public AlarmSeverity Severity { get; set; } = AlarmSeverity.Minor;
    }

    public string Name { get; set; } = "";
    public int Interval { get; set; } = 60;
    public bool AllDevices { get; set; }
    public bool Enabled { get; set; } = true;
    public string Tags { get; set; } = "";
    public IReadOnlyList<ChosenDevice> Devices { get; set; } = [];
    public List<ObjectLine> Objects { get; } = [];
    public List<BoundLine> Bounds { get; } = [];

    /// <summary>The form of a profile.</summary>
    public static PollForm Of(PollProfileInput input, IReadOnlyList<ChosenDevice> devices, MibTree? names)
    {
        var form = new PollForm { Name = input.Name, Interval = input.IntervalSeconds, AllDevices = input.AllDevices, Enabled = input.Enabled, Tags = string.Join(", ", input.Tags), Devices = devices };
        form.Objects.AddRange(input.Objects.Select(o => new ObjectLine { Name = o.Name, Oid = Named(names, o.Oid), Unit = o.Unit, Scale = Text(o.Scale), Label = o.Label is null ? null : Named(names, o.Label), Discontinuity = o.Discontinuity }));
        form.Bounds.AddRange(input.Thresholds.Select(t => new BoundLine { Object = t.Object, Above = t.Above, Raise = Text(t.Raise), Clear = Text(t.Clear), Samples = t.Samples, Severity = t.Severity }));
        return form;
    }

    /// <summary>The profile; a problem where a number is none.</summary>
    public PollProfileInput Read(out Problem? problem)
    {
        var errors = new List<FieldError>();
        var input = new PollProfileInput
        {
            Name = Name, IntervalSeconds = Interval, AllDevices = AllDevices, Enabled = Enabled, Tags = Tags.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), DeviceIds = [.. Devices.Select(d => d.Id)],
            Objects = [.. Objects.Where(o => o.Oid.Trim().Length > 0).Select(o => new PollObject(o.Name, o.Oid, false) { Unit = o.Unit, Scale = Number(o.Scale, "objects"), Label = o.Label, Discontinuity = o.Discontinuity })],
            Thresholds = [.. Bounds.Select(b => new PollThreshold(b.Object.Trim(), b.Above, Number(b.Raise, "thresholds"), Number(b.Clear, "thresholds"), b.Samples, b.Severity))],
        };
        problem = errors.Count == 0 ? null : Problem.Invalid(errors);
        return input;

        double Number(string text, string field)
        {
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return number;
            errors.Add(new FieldError(field, $"\"{text}\" is no number; write 0.5 for a half."));
            return 0;
        }
    }

    // What the library names is shown by its name; it is resolved again when it is saved.
    private static string Named(MibTree? names, string oid) =>
        names is not null && MibOid.TryParse(oid, out var arcs) && names.Longest(arcs) is { Node.Definition.Kind: MibKind.Scalar or MibKind.Column } match
        && (match.Rest.Length == 0 ? match.Node.Name : $"{match.Node.Name}.{MibOid.Format(match.Rest)}") is var name && names.Resolve(name) is { } same && same.AsSpan().SequenceEqual(arcs) ? name : oid;

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
