namespace DeviceConsole.Benchmarks;

/// <summary>One benchmark, by the name that is typed to run it.</summary>
internal interface IScenario
{
    /// <summary>Short, in lower case.</summary>
    string Name { get; }

    /// <summary>One line for the list of scenarios.</summary>
    string Description { get; }

    /// <summary>Runs the product and its baselines in turns, and reports each figure.</summary>
    Task RunAsync(BenchReport report, CancellationToken cancellationToken);
}

/// <summary>A benchmark whose size can be chosen: <c>--devices</c>.</summary>
internal interface ISizedScenario
{
    /// <summary>How many devices.</summary>
    int Devices { get; set; }
}
