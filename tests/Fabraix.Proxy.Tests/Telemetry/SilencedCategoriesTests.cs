using Fabraix.Proxy.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fabraix.Proxy.Tests.Telemetry;

/// <summary>Whatever a configuration says: what quotes a request is one log level away from nobody's disk.</summary>
public sealed class SilencedCategoriesTests
{
    private const string Kestrel = "Microsoft.AspNetCore.Server.Kestrel";

    [Theory]
    [InlineData(Kestrel + ".BadRequests", LogLevel.Critical)]
    [InlineData(Kestrel + ".Http2", LogLevel.Critical)]
    [InlineData(Kestrel + ".Http3", LogLevel.Critical)]
    [InlineData(Kestrel, LogLevel.Information)]
    [InlineData(Kestrel + ".Connections", LogLevel.Debug)]
    [InlineData(Kestrel + ".Https.Internal.HttpsConnectionMiddleware", LogLevel.Debug)]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Critical)]
    public void Say_nothing(string category, LogLevel level) => Assert.False(Logger(category).IsEnabled(level));

    [Theory]
    [InlineData(Kestrel)]
    [InlineData(Kestrel + ".Connections")]
    public void Still_warn_of_the_machine(string category) => Assert.True(Logger(category).IsEnabled(LogLevel.Warning));

    private static ILogger Logger(string category)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("LogLevel:Default", "Trace"),
            new($"LogLevel:{category}", "Trace"),
            new($"Console:LogLevel:{category}", "Trace"),
        ]).Build();
        var services = new ServiceCollection().AddLogging(logging =>
        {
            logging.AddConfiguration(configuration);
            logging.Services.AddSingleton<ILoggerProvider>(new LineLoggerProvider(Stream.Null, LineFormat.Text, TimeProvider.System, lost: null));
            logging.Silence();
        });
        return services.BuildServiceProvider().GetRequiredService<ILoggerFactory>().CreateLogger(category);
    }
}
