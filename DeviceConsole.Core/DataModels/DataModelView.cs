namespace DeviceConsole.Core.DataModels;

/// <summary>An imported model as lists show it.</summary>
public sealed record DataModelView
{
    /// <summary>Its id (UUID v7).</summary>
    public required Guid Id { get; init; }

    /// <summary>"Device:2.16".</summary>
    public required string Name { get; init; }

    /// <summary>The URN of its document.</summary>
    public required string Spec { get; init; }

    /// <summary>"Device."</summary>
    public required string Root { get; init; }

    /// <summary>What was uploaded.</summary>
    public required string FileName { get; init; }

    /// <summary>Objects, tables counted once.</summary>
    public required int Objects { get; init; }

    /// <summary>Parameters.</summary>
    public required int Parameters { get; init; }

    /// <summary>Commands of USP.</summary>
    public required int Commands { get; init; }

    /// <summary>Events of USP.</summary>
    public required int Events { get; init; }

    /// <summary>Who imported it.</summary>
    public required string ImportedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset ImportedAt { get; init; }
}

/// <summary>What an import brought.</summary>
public sealed record DataModelImport(IReadOnlyList<DataModelView> Models, IReadOnlyList<DataModelRemark> Remarks);
