using Fabraix.Sandbox;

return await SandboxCommand.RunAsync(args);
