namespace DeviceConsole.Simulator.Gateway;

/// <summary>One object of the gateway's data model (a table counts once); shared by all gateways of the process.</summary>
public sealed class ModelObject
{
    private readonly List<ModelParameter> parameters = [];
    private readonly List<ModelObject> children = [];
    private readonly Dictionary<string, int> parameterIndex = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> childIndex = new(StringComparer.Ordinal);

    internal ModelObject(ModelObject? parent, string name, bool isTable)
    {
        Name = name;
        IsTable = isTable;
        Path = parent?.Path + name + (isTable ? ".{i}." : ".");
    }

    /// <summary>The segment of the path, without number.</summary>
    public string Name { get; }

    /// <summary>The path with {i} in place of instance numbers; ends with a dot.</summary>
    public string Path { get; }

    /// <summary>Whether it has instances.</summary>
    public bool IsTable { get; }

    /// <summary>Whether rows can be added and deleted.</summary>
    public bool Writable { get; internal set; }

    /// <summary>Its own parameters, in the model's order.</summary>
    public IReadOnlyList<ModelParameter> Parameters => parameters;

    /// <summary>The objects and tables directly below.</summary>
    public IReadOnlyList<ModelObject> Children => children;

    internal int ParameterAt(ReadOnlySpan<char> name) =>
        parameterIndex.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var index) ? index : -1;

    internal int ChildAt(ReadOnlySpan<char> name) =>
        childIndex.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var index) ? index : -1;

    internal void Add(ModelParameter parameter)
    {
        parameterIndex.Add(parameter.Name, parameters.Count);
        parameters.Add(parameter);
    }

    internal ModelObject Child(string name, bool isTable)
    {
        if (childIndex.TryGetValue(name, out var index)) return children[index];
        var child = new ModelObject(this, name, isTable);
        childIndex.Add(name, children.Count);
        children.Add(child);
        if (isTable)
        {
            Add(new ModelParameter { Name = name + "NumberOfEntries", Type = "unsignedInt", Source = ValueSource.Entries, Table = children.Count - 1 });
        }

        return child;
    }
}
