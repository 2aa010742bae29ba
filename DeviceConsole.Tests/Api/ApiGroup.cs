namespace DeviceConsole.Tests.Api;

/// <summary>Tests that share one running application.</summary>
[CollectionDefinition(Name)]
public sealed class ApiGroup : ICollectionFixture<ApiWorld>
{
    public const string Name = "api";
}
