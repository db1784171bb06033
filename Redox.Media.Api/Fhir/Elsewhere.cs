namespace Redox.Media.Api.Fhir;

/// <summary>Addresses that no door is at. What begins as the address of another door is that door's to answer for, there or not.</summary>
internal sealed class Elsewhere : IRouteConstraint
{
    private static readonly string[] OtherDoors = ["redox", "support", "health"];

    public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        values.TryGetValue(routeKey, out var value) && value is string { Length: > 0 } path
        && !OtherDoors.Contains(path.Split('/')[0], StringComparer.OrdinalIgnoreCase);
}
