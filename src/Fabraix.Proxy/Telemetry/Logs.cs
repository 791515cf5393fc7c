namespace Fabraix.Proxy.Telemetry;

/// <summary>Where log lines go and which are written.</summary>
internal static class Logs
{
    // These categories write request lines, header values or URLs with their query, at one level or another. Whatever a
    // configuration says, they stay silent below the level here: a token must not be one log level away. A category stands
    // before those within it. Kestrel's warnings are about connections, addresses and the machine.
    private static readonly (string Category, LogLevel Least)[] Talkative =
    [
        ("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None),
        ("Microsoft.AspNetCore.HttpLogging", LogLevel.None),
        ("Microsoft.AspNetCore.HttpOverrides", LogLevel.None),
        ("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Warning),
        ("Microsoft.AspNetCore.Server.Kestrel.BadRequests", LogLevel.None),
        ("Microsoft.AspNetCore.Server.Kestrel.Http2", LogLevel.None),
        ("Microsoft.AspNetCore.Server.Kestrel.Http3", LogLevel.None),
        ("System.Net.Http.HttpClient", LogLevel.None),
    ];

    public static void AddLogs(this ILoggingBuilder logging, IConfiguration configuration, bool inContainer, TimeProvider time)
    {
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("System", LogLevel.Warning);
        logging.AddFilter("Yarp", LogLevel.None);

        // A failed start is told by the command, in one line.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        logging.AddConfiguration(configuration.GetSection("Logging"));
        logging.Silence();
        logging.Services.AddSingleton<ILoggerProvider>(services =>
        {
            // The management listener's own logger has no metrics, and nothing to say that could fill a queue.
            var lost = services.GetService<ProxyMetrics>()?.Counter("fabraix.proxy.log.lines_lost", "{line}", "Log lines that standard output did not take.");
            return new LineLoggerProvider(Console.OpenStandardOutput(), inContainer ? LineFormat.Json : LineFormat.Text, time, lost);
        });
    }

    /// <summary>Silences the talkative categories, over any rule before; a rule for one provider would win over one for all, so each gets its own.</summary>
    public static void Silence(this ILoggingBuilder logging) => logging.Services.PostConfigure<LoggerFilterOptions>(filters =>
    {
        foreach (var (category, least) in Talkative)
        {
            foreach (var rule in filters.Rules.Where(rule => rule.CategoryName?.StartsWith(category, StringComparison.OrdinalIgnoreCase) == true).ToArray())
                filters.Rules.Remove(rule);
            foreach (var provider in filters.Rules.Select(rule => rule.ProviderName).Append(null).Distinct().ToArray())
                filters.Rules.Add(new LoggerFilterRule(provider, category, least, filter: null));
        }
    });
}
