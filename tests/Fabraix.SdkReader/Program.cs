using System.Text.Json.Nodes;
using Fabraix.SdkReader;

// Reads one secret with a genuine SDK that takes all it knows from this process's environment, and says what came of it in
// one line of JSON. It is a program of its own because an environment belongs to a whole process.
JsonObject answer;
try
{
    answer = args switch
    {
        ["aws-parameter-store", var name] => await ParameterStore.ReadAsync(name),
        ["azure-key-vault", var vault, var name, .. var routes] => await KeyVault.ReadAsync(new Uri(vault), name, routes),
        _ => throw new ArgumentException("aws-parameter-store NAME, or azure-key-vault URI NAME HOST=PORT..."),
    };
}
catch (Exception failure)
{
    answer = new JsonObject { ["error"] = failure.GetType().Name, ["message"] = failure.ToString() };
}

Console.WriteLine(answer.ToJsonString());
