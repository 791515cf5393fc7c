using System.Text.Json.Nodes;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;

namespace Fabraix.SdkReader;

/// <summary>The SDK's own chain of credentials: keys, a web identity (IRSA), a container's endpoint (pod identity).</summary>
internal static class ParameterStore
{
    public static async Task<JsonObject> ReadAsync(string name)
    {
        using var client = new AmazonSimpleSystemsManagementClient();
        var answer = await client.GetParameterAsync(new GetParameterRequest { Name = name, WithDecryption = true });
        return new JsonObject { ["value"] = answer.Parameter.Value, ["version"] = answer.Parameter.Version };
    }
}
