using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Telemetry;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Telemetry;

public sealed class RequestLogMiddlewareTests
{
    private readonly LogLines<RequestLogMiddleware> _log = new();
    private readonly FakeTimeProvider _time = new();
    private readonly DefaultHttpContext _context = new();

    [Fact]
    public async Task Writes_one_line_with_the_time_that_passed()
    {
        await Run(_ =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(12.5));
            return Task.CompletedTask;
        });

        Assert.Equal([EventIds.Request], _log.Ids);
        Assert.StartsWith("none forwarded 200 upstream ", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.Contains(" in 12.5 ms ", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_of_a_refused_request_what_was_refused_and_why()
    {
        await Run(static context => ErrorWriter.WriteAsync(context, new Refusal(ProxyError.RouteNotFound, "route: no such path")));

        var line = Assert.Single(_log.Lines);
        Assert.StartsWith("none route_not_found 404 ", line, StringComparison.Ordinal);
        Assert.Contains(" rule route: no such path", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_an_unhandled_exception_with_500_and_keeps_its_message_to_itself()
    {
        await Run(static _ => throw new InvalidOperationException("quotes the client"));

        Assert.Equal(500, _context.Response.StatusCode);
        Assert.Equal([EventIds.RequestFailed, EventIds.Request], _log.Ids);
        Assert.Contains("none internal_error 500 ", _log.Lines.Last(), StringComparison.Ordinal);
        Assert.Contains(_log.Lines, line => line.Contains(nameof(InvalidOperationException), StringComparison.Ordinal));
        Assert.DoesNotContain(_log.Lines, line => line.Contains("quotes the client", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Calls_a_malformed_body_that_the_server_met_the_clients_fault()
    {
        await Run(static _ => throw new BadHttpRequestException("Unexpected end of request content."));

        Assert.Equal(400, _context.Response.StatusCode);
        Assert.StartsWith("none invalid_body 400 ", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_the_client_left_even_where_a_refusal_was_on_its_way()
    {
        using var aborted = new CancellationTokenSource();
        _context.RequestAborted = aborted.Token;

        await Run(async context =>
        {
            await ErrorWriter.WriteAsync(context, new Refusal(ProxyError.RouteNotFound, "route: no such path"));
            await aborted.CancelAsync();
            throw new OperationCanceledException();
        });

        var line = Assert.Single(_log.Lines);
        Assert.StartsWith("none client_closed ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("no such path", line, StringComparison.Ordinal);
    }

    private Task Run(RequestDelegate next) => new RequestLogMiddleware(next, new DecisionTally(_time), _time, _log).InvokeAsync(_context);
}
