namespace Fabraix.Proxy.Configuration;

/// <summary>Judges what logging and export are told. Logging would only say at the start what it does not know, and export never.</summary>
internal static class TelemetrySettings
{
    public static void Judge(IConfiguration configuration, Findings findings)
    {
        var logging = configuration.GetSection("Logging");
        foreach (var level in logging.GetChildren().Select(provider => provider.GetSection("LogLevel")).Prepend(logging.GetSection("LogLevel")).SelectMany(levels => levels.GetChildren()))
        {
            if (!string.IsNullOrEmpty(level.Value) && !Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out _))
                findings.Mistake(level.Path, "is not a log level.", $"Set one of {string.Join(", ", Enum.GetNames<LogLevel>())}.");
        }

        if (configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 } endpoint && !IsHttp(endpoint))
            findings.Mistake("OTEL_EXPORTER_OTLP_ENDPOINT", "is not an http or https URL: nothing would be exported.", "Set one such as http://collector:4317, or leave it out.");
        if (configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] is { Length: > 0 } and not ("grpc" or "http/protobuf"))
            findings.Mistake("OTEL_EXPORTER_OTLP_PROTOCOL", "is not a protocol that can be spoken.", "Set grpc (the default) or http/protobuf.");
    }

    private static bool IsHttp(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);
}
