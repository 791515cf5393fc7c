using System.CommandLine;
using Fabraix.Proxy.Commands;

// SIGTERM is the host's: it lets requests in flight finish, however long the command line would have waited.
return await ProxyCommands.Root().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
