using YamlDotNet.RepresentationModel;

namespace DeviceConsole.Tests.Release;

/// <summary>The documents of a kustomization: its resources, with the names and counts that it sets on images and deployments.</summary>
internal static class Kustomization
{
    /// <summary>Reads it as kubectl would, without patches.</summary>
    public static async Task<List<YamlMappingNode>> RenderAsync(string folder)
    {
        var root = DeploymentFilesTests.Load(await File.ReadAllTextAsync(Path.Combine(folder, "kustomization.yaml"))).Single();
        var documents = new List<YamlMappingNode>();
        foreach (var resource in Items(root, "resources").Select(r => Path.Combine(folder, r.ToString())))
            documents.AddRange(Directory.Exists(resource) ? await RenderAsync(resource) : DeploymentFilesTests.Load(await File.ReadAllTextAsync(resource)));
        foreach (var image in Items(root, "images").Cast<YamlMappingNode>())
        {
            foreach (var container in documents.SelectMany(Containers).Where(c => c.Children["image"].ToString() == Text(image, "name")))
                container.Children["image"] = new YamlScalarNode($"{Text(image, "newName")}:{Text(image, "newTag")}");
        }
        foreach (var count in Items(root, "replicas").Cast<YamlMappingNode>())
        {
            foreach (var deployment in documents.Where(d => Text(d, "kind") == "Deployment" && Text((YamlMappingNode)d.Children["metadata"], "name") == Text(count, "name")))
                ((YamlMappingNode)deployment.Children["spec"]).Children["replicas"] = count.Children["count"];
        }
        return documents;
    }

    private static IEnumerable<YamlMappingNode> Containers(YamlMappingNode document) => document.AllNodes.OfType<YamlMappingNode>().Where(n => n.Children.ContainsKey("image") && n.Children.ContainsKey("name"));

    private static IEnumerable<YamlNode> Items(YamlMappingNode node, string key) => node.Children.TryGetValue(key, out var items) ? (YamlSequenceNode)items : [];

    private static string Text(YamlMappingNode node, string key) => node.Children[key].ToString();
}
