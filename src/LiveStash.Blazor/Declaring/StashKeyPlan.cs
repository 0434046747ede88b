using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;

namespace LiveStash.Declaring;

/// <summary>Which parameters of a component make its key: those marked with <see cref="StashKeyAttribute"/>, and a page's route values.</summary>
internal sealed partial class StashKeyPlan
{
    public static readonly StashKeyPlan None = new();

    private readonly string[] _names = [];

    public StashKeyPlan(Type type)
    {
        const BindingFlags All = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        var marked = type.GetProperties(All).Where(static property => property.IsDefined(typeof(StashKeyAttribute))).ToArray();
        if (marked.FirstOrDefault(static property => !property.IsDefined(typeof(ParameterAttribute))) is { } mistaken)
        {
            throw new InvalidOperationException($"[StashKey] property {mistaken.DeclaringType}.{mistaken.Name} is not a parameter. Add [Parameter], or give the key with IHasStashSettings.");
        }

        var routed = type.GetCustomAttributes<RouteAttribute>(inherit: false)
            .SelectMany(static route => RouteParameter().Matches(route.Template))
            .Select(static match => match.Groups["name"].Value);
        _names = [.. marked.Select(static property => property.Name).Concat(routed).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private StashKeyPlan()
    {
    }

    /// <summary>Whether instances have keys, so that one that lives on may get another.</summary>
    public bool IsEmpty => _names.Length == 0;

    /// <summary>The key that these parameters make.</summary>
    /// <param name="parameters">What the component is given.</param>
    /// <param name="before">Its key so far, where none of these parameters are among them.</param>
    public string? From(in ParameterView parameters, string? before)
    {
        if (IsEmpty)
        {
            return null;
        }

        var values = new string?[_names.Length];
        var found = false;
        foreach (var parameter in parameters)
        {
            var index = Array.FindIndex(_names, name => name.Equals(parameter.Name, StringComparison.OrdinalIgnoreCase));
            if (index >= 0 && !parameter.Cascading)
            {
                values[index] = Escape(TextOf(parameter.Value), _names.Length > 1);
                found = true;
            }
        }

        return !found ? before : values.All(static value => value is null) ? null : string.Join('/', values);
    }

    /// <summary>Of moments all that tells them apart.</summary>
    private static string? TextOf(object value) => value is DateTime or DateTimeOffset or TimeOnly
        ? ((IFormattable)value).ToString("O", CultureInfo.InvariantCulture)
        : Convert.ToString(value, CultureInfo.InvariantCulture);

    /// <summary>So that two keys of several parts are equal only where their parts are.</summary>
    private static string? Escape(string? value, bool several) =>
        several ? value?.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal) : value;

    [GeneratedRegex(@"\{\**(?<name>[^{}:=?*]+)[^{}]*\}")]
    private static partial Regex RouteParameter();
}
