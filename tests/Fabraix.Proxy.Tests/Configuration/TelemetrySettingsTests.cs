namespace Fabraix.Proxy.Tests.Configuration;

public sealed class TelemetrySettingsTests
{
    [Theory]
    [InlineData("Logging:LogLevel:Default", "Verbose", "Set one of Trace, Debug, Information, Warning, Error, Critical, None.")]
    [InlineData("Logging:LogLevel:Fabraix.Proxy", "Info", "Set one of Trace")]
    [InlineData("Logging:Console:LogLevel:Default", "off", "Set one of Trace")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "http://collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "/v1/traces", "http://collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "grpc://collector:4317", "http://collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "http/protobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "GRPC", "http/protobuf")]
    public void Refuses_what_would_be_dropped_without_a_word(string at, string value, string set)
    {
        var mistake = Assert.Single(Sample.Read(Sample.With(at, $"\"{value}\"")).Mistakes);

        Assert.Equal(at, mistake.Path);
        Assert.Contains(set, mistake.Set, StringComparison.Ordinal);
        Assert.DoesNotContain(value, mistake.Wrong, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Logging:LogLevel:Default", "warning")]
    [InlineData("Logging:LogLevel:Default", "")]
    [InlineData("Logging:Console:LogLevel:Default", "None")]
    [InlineData("Logging:Console:FormatterName", "simple")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector.example/otlp")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "")]
    public void Takes_what_is_understood(string at, string value) => Sample.Accepted(Sample.With(at, $"\"{value}\""));
}
