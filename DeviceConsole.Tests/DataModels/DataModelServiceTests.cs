using System.IO.Compression;
using DeviceConsole.Core;
using DeviceConsole.Core.DataModels;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Protocols.BbfDataModel;
using DeviceConsole.Tests.Devices;
using DeviceConsole.Tests.Protocols.BbfDataModel;

namespace DeviceConsole.Tests.DataModels;

/// <summary>A tenant's library of data models.</summary>
public sealed class DataModelServiceTests(DeviceWorld world) : IClassFixture<DeviceWorld>
{
    private readonly DataModelService service = new(world.Database.Sources, new BbfDataModelReader(), new DataModelCache(), TimeProvider.System);

    private Caller Admin => Peers.TestDatabase.CallerOf(world.Tenant);

    [Fact]
    public async Task Versions_stand_side_by_side_and_the_fitting_one_describes_a_device()
    {
        await ImportAsync("tr-181-2-16-0-usp-full.zip");
        await ImportAsync("tr-181-2-17-0-cwmp-full.zip");
        await ImportAsync("tr-181-2-16-0-usp-full.zip");

        var models = (await service.ListAsync(Admin, default)).Value;
        models.Select(m => (m.Name, m.Parameters)).Should().Equal(("Device:2.17", 6483), ("Device:2.16", 5320));
        (await service.ForAsync(Admin, "Device.", "2.16", default))!.Model.Name.Should().Be("Device:2.16");
        (await service.ForAsync(Admin, "Device.", "2.12", default))!.Model.Name.Should().Be("Device:2.17");
        (await service.ForAsync(Admin, "InternetGatewayDevice.", null, default)).Should().BeNull();

        var index = (await service.GetAsync(Admin, models[1].Id, default)).Value;
        index.Find("Device.WiFi.Radio.1.Channel")!.Type!.Ranges.Should().Equal(new ModelRange(1, 255, null));
        index.Find("Device.NAT.PortMapping.7.")!.Path.Should().Be("Device.NAT.PortMapping.{i}.");

        (await service.ListAsync(world.Stranger, default)).Value.Should().BeEmpty();
        (await service.GetAsync(world.Stranger, models[0].Id, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        (await service.DeleteAsync(world.Stranger, models[0].Id, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        foreach (var model in models) (await service.DeleteAsync(Admin, model.Id, default)).IsSuccess.Should().BeTrue();
        (await service.ListAsync(Admin, default)).Value.Should().BeEmpty();
    }

    [Fact]
    public async Task Somebody_who_only_looks_imports_and_deletes_nothing()
    {
        var viewer = Peers.TestDatabase.CallerOf(world.Tenant, Roles.Viewer);
        (await service.ImportAsync(viewer, [], default)).Problem!.Kind.Should().Be(ProblemKind.Forbidden);
        (await service.DeleteAsync(viewer, Guid.NewGuid(), default)).Problem!.Kind.Should().Be(ProblemKind.Forbidden);
    }

    [Fact]
    public async Task A_wrong_document_is_told_with_file_and_line_and_nothing_is_kept()
    {
        var result = await service.ImportAsync(Admin, [BbfFiles.Document("x.xml", "urn:x", "<model name='X:1'>\n<object name='X.'><component ref='A'/></object></model>")], default);

        result.Problem!.Message.Should().Be("x.xml, line 2: There is no component called 'A' here, nor is it imported.");
    }

    [Fact]
    public async Task Hostile_uploads_are_refused_soon()
    {
        await RefusedAsync(Packed(("bomb.xml", new byte[200_000_000])), "unpacks to more than is accepted");
        await RefusedAsync(Packed([.. Enumerable.Range(0, 401).Select(i => ($"{i}.xml", Array.Empty<byte>()))]), "more than 400 documents");
        await RefusedAsync(Packed(("../../etc/passwd", "x"u8.ToArray())), "no XML document");
        await RefusedAsync(Packed(("../../evil.xml", "x"u8.ToArray())), "evil.xml, line 1: This is not well-formed XML");
        await RefusedAsync("PK\u0003\u0004 and nothing more"u8.ToArray(), "damaged zip");
        await RefusedAsync(new byte[33 * 1024 * 1024], "larger than the 32 MiB");
        await RefusedAsync([], "not well-formed");
    }

    private async Task RefusedAsync(byte[] content, string sentence)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var result = await service.ImportAsync(Admin, [new DataModelFile("upload.zip", content)], default);
        result.Problem!.Message.Should().Contain(sentence);
        watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(20), sentence);
    }

    private static byte[] Packed(params (string Name, byte[] Content)[] entries)
    {
        using var content = new MemoryStream();
        using (var zip = new ZipArchive(content, ZipArchiveMode.Create))
        {
            foreach (var (name, bytes) in entries)
            {
                using var stream = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                stream.Write(bytes);
            }
        }

        return content.ToArray();
    }

    private async Task ImportAsync(string file)
    {
        var result = await service.ImportAsync(Admin, [new DataModelFile(file, BbfFiles.Zip(file))], default);
        result.Problem.Should().BeNull();
        result.Value.Models.Should().ContainSingle();
    }
}
