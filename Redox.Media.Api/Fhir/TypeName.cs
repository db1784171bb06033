namespace Redox.Media.Api.Fhir;

/// <summary>Types of resources begin with a capital letter; nothing else of ours does.</summary>
internal sealed class TypeName : IRouteConstraint
{
    public static bool Is(string name) => name.Length > 0 && char.IsAsciiLetterUpper(name[0]) && name.All(char.IsAsciiLetter);

    public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        values.TryGetValue(routeKey, out var value) && value is string name && Is(name);
}
