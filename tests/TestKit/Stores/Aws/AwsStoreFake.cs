using System.Text;
using System.Text.Json.Nodes;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Secrets.Environment;

namespace Fabraix.TestKit.Stores;

/// <summary>
/// What both stores of AWS have in common: one address for all operations, named by <c>X-Amz-Target</c>, a signature that
/// is checked, and errors with <c>__type</c>. A throttled answer is a 400 and says no time to come back.
/// </summary>
internal abstract class AwsStoreFake : StoreFake
{
    private readonly string service;
    private readonly string operation;

    protected AwsStoreFake(AwsAccount? account, TimeProvider? time, string service, string operation) : base(time)
    {
        Account = account ?? new AwsAccount(time);
        Key = Account.MakeKey();
        this.service = service;
        this.operation = operation;
    }

    public AwsAccount Account { get; }

    /// <summary>A key of the account that lasts.</summary>
    public AwsKey Key { get; }

    public string Endpoint => Address.GetLeftPart(UriPartial.Authority);

    /// <summary>Address, region and a key, as an SDK and the proxy read them from the environment.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(Key.Environment) { [EndpointVariable] = Endpoint };

    /// <summary>The variable that leads SDKs and the proxy to an address of the service's.</summary>
    public abstract string EndpointVariable { get; }

    /// <summary>What the proxy is lent to find it: variables of this process, the given ones, and where it listens.</summary>
    public StoreContext Context(params (string Name, string? Value)[] variables) => new()
    {
        Time = Time,
        Variable = name => Array.FindIndex(variables, variable => variable.Name == name) is >= 0 and var given ? variables[given].Value
            : name == EndpointVariable ? Endpoint
            : ProcessEnvironment.Variable(name),
    };

    protected override FakeAnswer? Recognise(FakeRequest request)
    {
        var (key, code, message) = SignatureV4.Judge(request, Account, service);
        if (key is null)
        {
            request.Refusal = code;
            return Error(code, message);
        }
        request.Identity = key.Identity;
        return null;
    }

    protected override bool IsRead(FakeRequest request) => request.Header("X-Amz-Target") == operation;

    protected override FakeAnswer AnswerLocked(FakeRequest request)
    {
        if (request.Method != "POST" || request.Target != "/") return Error("UnknownOperationException", "");
        if (!IsRead(request)) return Error("UnknownOperationException", "");
        if (request.Header("Content-Type") != "application/x-amz-json-1.1") return Error("UnknownOperationException", "");
        return Get(request);
    }

    protected abstract FakeAnswer Get(FakeRequest request);

    protected override FakeAnswer Throttled(int retryAfterSeconds) => Error("ThrottlingException", "Rate exceeded");

    protected static FakeAnswer Error(string type, string message, int status = 400) =>
        Reply(status, new JsonObject { ["__type"] = type, ["message"] = message });

    protected static FakeAnswer Reply(int status, JsonObject body) =>
        new(status, Encoding.UTF8.GetBytes(body.ToJsonString())) { ContentType = "application/x-amz-json-1.1", Headers = [("x-amzn-RequestId", Guid.NewGuid().ToString())] };

    protected FakeAnswer Denied(FakeRequest request, string arn) => Error(
        "AccessDeniedException",
        $"User: arn:aws:iam::{AwsAccount.Number}:{request.Identity} is not authorized to perform: {operation} on resource: {arn} because no identity-based policy allows the action");

    protected static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;
}
