using System.CommandLine;

namespace Fabraix.Proxy.Commands;

/// <summary>The command line: <c>serve</c> unless a command is named.</summary>
internal static class ProxyCommands
{
    public static readonly Option<string?> Config = new("--config") { Description = "A JSON file on top of appsettings.json; the environment comes after it.", HelpName = "FILE", Recursive = true };

    public static RootCommand Root()
    {
        var serve = ServeCommand.Create();
        var root = new RootCommand("Keeps the secret API key out of the browser: validates a short-lived token, checks the route, adds the key, forwards.")
        {
            serve, CheckCommand.Create(), ExplainCommand.Create(), TokenCommand.Create(), HealthCommand.Create(), VersionCommand.Create(),
        };
        root.Options.Add(Config);
        root.Options.Add(ServeCommand.Urls);
        root.Action = serve.Action;
        return root;
    }
}
