using System.Text.Json.Serialization;
using Fabraix.Sandbox.Admin;
using Fabraix.Sandbox.Demo;
using Fabraix.Sandbox.Issuer;
using Fabraix.Sandbox.StandIn;

namespace Fabraix.Sandbox;

/// <summary>Everything the sandbox reads or writes as JSON, in the spelling of the Fabraix API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(RunRegistered))]
[JsonSerializable(typeof(EventLogged))]
[JsonSerializable(typeof(ActionChecked))]
[JsonSerializable(typeof(KeyRequest))]
[JsonSerializable(typeof(KeyCreated))]
[JsonSerializable(typeof(KeyList))]
[JsonSerializable(typeof(MisbehaviourOrder))]
[JsonSerializable(typeof(IssuerMetadata))]
[JsonSerializable(typeof(JwkSet))]
[JsonSerializable(typeof(JwtHeader))]
[JsonSerializable(typeof(JwtClaims))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(PageSettings))]
[JsonSerializable(typeof(SeenAnswer))]
[JsonSerializable(typeof(OperatorAnswer))]
internal sealed partial class SandboxJson : JsonSerializerContext;
