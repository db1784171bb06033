namespace Redox.Media.Api.Configuration;

/// <summary>Makes settings of what is valid in a section that is invalid as a whole.</summary>
internal interface ISalvage<T>
    where T : class
{
    /// <param name="last">The settings in effect until now.</param>
    T Salvage(T last);
}
