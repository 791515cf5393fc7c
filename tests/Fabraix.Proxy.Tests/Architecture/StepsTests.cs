using System.Reflection;
using Fabraix.Proxy.Pipeline;

namespace Fabraix.Proxy.Tests.Architecture;

public sealed class StepsTests
{
    private const BindingFlags Everything = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Type[] Steps = [.. typeof(ProxyHost).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IStep)))];

    [Fact]
    public async Task Are_each_asked_once() => Assert.Equal(
        Steps.Select(step => step.Name).Order(StringComparer.Ordinal),
        (await Pipelines.StepsAsync()).Select(step => step.GetType().Name).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Have_names_that_differ()
    {
        var steps = await Pipelines.StepsAsync();

        Assert.Equal(steps.Count, steps.Select(step => step.Name).Distinct(StringComparer.Ordinal).Count());
    }

    /// <summary>A step that could call the next one could skip one.</summary>
    [Fact]
    public void Cannot_go_on_by_themselves()
    {
        Assert.NotEmpty(Steps);
        Assert.DoesNotContain(Steps.SelectMany(WhatItHolds), type => type == typeof(RequestDelegate));
        Assert.DoesNotContain(SourceFile.All.Where(file => Steps.Any(step => file.Path.EndsWith($"/{step.Name}.cs", StringComparison.Ordinal))), file => file.Code.Contains(nameof(RequestDelegate), StringComparison.Ordinal));
    }

    private static IEnumerable<Type> WhatItHolds(Type step) =>
    [
        .. step.GetFields(Everything).Select(field => field.FieldType),
        .. step.GetConstructors(Everything).SelectMany(constructor => constructor.GetParameters()).Select(parameter => parameter.ParameterType),
        .. step.GetMethods(Everything).SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType)),
        .. step.GetNestedTypes(Everything).SelectMany(WhatItHolds),
    ];
}
