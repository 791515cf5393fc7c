namespace Fabraix.Proxy.BrowserTests;

/// <summary>Request bodies as documented.</summary>
internal static class Bodies
{
    public static string Run => $$"""
        {"agent_id":"{{Guid.NewGuid()}}","timestamp":"2026-01-02T03:04:05Z","system_prompt":"You help."}
        """;

    public static string Event => $$"""
        {"event_type":"user","trace_id":"{{Guid.NewGuid()}}","timestamp":1767323045.5,"content":"{\"text\":\"hello\"}","schema":"{}"}
        """;

    public static string Check => $$"""
        {"event_type":"action_check","trace_id":"{{Guid.NewGuid()}}","timestamp":1767323045.5,"content":"{\"tool\":\"look_up\"}","schema":"{}"}
        """;
}
