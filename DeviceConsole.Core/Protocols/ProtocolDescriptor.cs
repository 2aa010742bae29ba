namespace DeviceConsole.Core.Protocols;

/// <summary>
/// Everything that the rest of the product needs to know of a protocol: forms, validation hints and pages are built from it.
/// There is no switch over protocol ids anywhere else.
/// </summary>
/// <param name="Id">Short stable id in lower case: <c>snmp</c>, <c>cwmp</c>, <c>usp</c>, <c>webpa</c>.</param>
/// <param name="Name">The name that operators use, for example "SNMP".</param>
/// <param name="Description">One sentence.</param>
/// <param name="Paths">How a path of this protocol looks.</param>
/// <param name="Settings">Non-secret fields of a device's endpoint: host, port, version, time-outs.</param>
/// <param name="Credentials">Secret fields; encrypted at rest, write-only in UI and API.</param>
/// <param name="Operations">What can be asked of a device.</param>
public sealed record ProtocolDescriptor(
    string Id,
    string Name,
    string Description,
    PathSyntax Paths,
    IReadOnlyList<FieldDescriptor> Settings,
    IReadOnlyList<FieldDescriptor> Credentials,
    IReadOnlyList<OperationDescriptor> Operations)
{
    /// <summary>How a device of this protocol names itself when it calls in, for the form; null for a protocol in which the product calls.</summary>
    public FieldDescriptor? Identity { get; init; }

    /// <summary>
    /// How models of devices differ in what they take; entered by people or learnt by the protocol (<see cref="IDeviceGateway.LearnAsync"/>), kept by
    /// manufacturer, model and firmware. Empty where the protocol knows no such thing.
    /// </summary>
    public IReadOnlyList<FieldDescriptor> Quirks { get; init; } = [];

    /// <summary>
    /// The operation that has a device post values by itself (<see cref="IBulkDesk"/>), with the arguments <c>profile</c> and <c>remove</c>; null where the protocol has none.
    /// </summary>
    public string? BulkOperation { get; init; }

    /// <summary>How devices tell which gateway they are behind, and gateways what is behind them; null where the protocol knows no such thing.</summary>
    public NeighbourUse? Neighbours { get; init; }

    /// <summary>True where credentials can be kept as templates that devices share.</summary>
    public bool HasTemplates => Settings.Any(s => s.InTemplate);

    /// <summary>The settings that a credential template holds.</summary>
    public IReadOnlyList<FieldDescriptor> TemplateSettings => [.. Settings.Where(s => s.InTemplate)];

    /// <summary>The operation with that id, or null.</summary>
    public OperationDescriptor? Operation(string id) => Operations.FirstOrDefault(o => o.Id == id);
}

/// <summary>One operation of a protocol, as the "Run job" dialog and the API show it.</summary>
/// <param name="Id">Stable id in lower case, for example <c>get</c>, <c>walk</c>.</param>
/// <param name="Name">For example "Walk".</param>
/// <param name="Description">One sentence that says what happens on the device.</param>
/// <param name="Fields">The arguments, in the order of the form.</param>
public sealed record OperationDescriptor(string Id, string Name, string Description, IReadOnlyList<FieldDescriptor> Fields)
{
    /// <summary>True where the operation changes the device; a viewer's and a read-only token's right does not cover it.</summary>
    public bool Writes { get; init; }

    /// <summary>True where the UI asks to type the device's name first (reboot, factory reset).</summary>
    public bool Dangerous { get; init; }

    /// <summary>True where a repeat after an unknown end of the first try does no harm. A job that is not is not retried after its worker was lost.</summary>
    public bool Idempotent { get; init; } = true;

    /// <summary>What the parameter browser uses the operation for; null for nothing. See <see cref="TreeUse"/>.</summary>
    public TreeUse? Tree { get; init; }

    /// <summary>What the MIB browser uses the operation for; null for nothing.</summary>
    public ObjectUse? Objects { get; init; }

    /// <summary>True for the operation behind the device page's button "Diagnose": it has the device test its line.</summary>
    public bool IsDiagnostic { get; init; }

    /// <summary>Default for a job's time-out.</summary>
    public TimeSpan DefaultTimeout { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>What a form field holds. Values travel as JSON: text and choice as strings, number as number, toggle as boolean, list as array of strings, rows as array of objects.</summary>
public enum FieldKind
{
    /// <summary>One line of text.</summary>
    Text,

    /// <summary>A whole number between <see cref="FieldDescriptor.Minimum"/> and <see cref="FieldDescriptor.Maximum"/>.</summary>
    Number,

    /// <summary>Yes or no.</summary>
    Toggle,

    /// <summary>One of <see cref="FieldDescriptor.Choices"/>.</summary>
    Choice,

    /// <summary>Several lines, one item a line; an array of strings in JSON.</summary>
    List,

    /// <summary>A table with <see cref="FieldDescriptor.Columns"/>; an array of objects in JSON.</summary>
    Rows,

    /// <summary>A file of the tenant's library: its id as a text. <see cref="FieldDescriptor.FileTypes"/> narrows the choice. Operations only.</summary>
    File,
}

/// <summary>One field of a form that is built from a descriptor.</summary>
public sealed record FieldDescriptor(string Id, string Label, FieldKind Kind)
{
    /// <summary>An empty value is an error.</summary>
    public bool Required { get; init; }

    /// <summary>The value that an empty form starts with, as JSON text would have it (a number as digits, a toggle as "true").</summary>
    public string? Default { get; init; }

    /// <summary>One short sentence under the field.</summary>
    public string? Help { get; init; }

    /// <summary>An example in the empty field.</summary>
    public string? Placeholder { get; init; }

    /// <summary>Smallest number allowed.</summary>
    public long? Minimum { get; init; }

    /// <summary>Largest number allowed.</summary>
    public long? Maximum { get; init; }

    /// <summary>For <see cref="FieldKind.Choice"/>.</summary>
    public IReadOnlyList<FieldChoice> Choices { get; init; } = [];

    /// <summary>For <see cref="FieldKind.Rows"/>.</summary>
    public IReadOnlyList<FieldDescriptor> Columns { get; init; } = [];

    /// <summary>For <see cref="FieldKind.File"/>: the types of files that fit, as TR-069 has them; empty for all.</summary>
    public IReadOnlyList<string> FileTypes { get; init; } = [];

    /// <summary>True where the field holds paths of the protocol: shown in monospace, offered from the browser.</summary>
    public bool IsPath { get; init; }

    /// <summary>For settings: true where it belongs to the credentials (a user, a version, an algorithm), so that a credential template holds it.</summary>
    public bool InTemplate { get; init; }

    /// <summary>For credentials: true where it is the user's name, which the page "Connect a device" may tell; everything else is write-only.</summary>
    public bool IsUserName { get; init; }

    /// <summary>The shortest text, in characters.</summary>
    public int MinimumLength { get; init; }

    /// <summary>When the field applies; null for always. A field that does not apply is not shown and never needed.</summary>
    public FieldCondition? OnlyIf { get; init; }
}

/// <summary>One choice of a <see cref="FieldKind.Choice"/> field.</summary>
public sealed record FieldChoice(string Value, string Label);

/// <summary>How a protocol writes the paths of its parameters.</summary>
/// <param name="Name">For example "OID", "parameter path".</param>
/// <param name="Example">A valid path.</param>
public sealed record PathSyntax(string Name, string Example)
{
    /// <summary>True where paths are dotted object identifiers, which MIB modules name.</summary>
    public bool IsObjectIdentifier { get; init; }
}

/// <summary>A sentence about one field; <paramref name="Field"/> is the field's id, empty where the error is about the whole.</summary>
public sealed record FieldError(string Field, string Message);
