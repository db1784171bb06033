using System.Globalization;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Core.Fhir.Validation;

/// <summary>
/// The path of an element, which becomes a FHIRPath expression in an issue. A name that is neither R4's nor the attribute form's may
/// contain anything and is not repeated in an issue: below it, the path ends with the last known name.
/// </summary>
internal sealed record FhirPath
{
    private readonly FhirPath? _parent;
    private readonly string _name;

    /// <param name="root">The type of the resource; empty for the attribute form, whose paths begin with a member.</param>
    public FhirPath(string root) => _name = root;

    private FhirPath(FhirPath parent, string name) => (_parent, _name) = (parent, name);

    /// <summary>The index in an array; null outside of one.</summary>
    private int? Index { get; init; }

    /// <summary>True below a name that is not known.</summary>
    private bool IsBelowUnknown { get; init; }

    /// <summary>True for the data of the Media's own content, which is the file.</summary>
    public bool IsFile => _name == "data" && _parent is { _name: "content", _parent: { _parent: null } };

    /// <summary>True for the names of R4's properties and of the attribute form.</summary>
    public static bool IsKnown(string name) => R4Rules.Names.Contains(name) || CanvasLegacyPayload.Names.Contains(name);

    /// <param name="name">A known name.</param>
    public FhirPath Of(string name) => IsBelowUnknown ? this : new FhirPath(this, name);

    /// <param name="name">Any name.</param>
    public FhirPath OfAny(string name) => IsKnown(name) ? Of(name) : this with { IsBelowUnknown = true };

    public FhirPath At(int index) => IsBelowUnknown ? this : this with { Index = index };

    public override string ToString()
    {
        var name = _parent is null || _parent is { _parent: null, _name: "" } ? _name : $"{_parent}.{_name}";
        return Index is { } index ? string.Create(CultureInfo.InvariantCulture, $"{name}[{index}]") : name;
    }
}
