using Fabraix.Proxy.Commands;

return await ProxyCommands.Root().Parse(args).InvokeAsync();
