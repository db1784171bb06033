namespace Redox.Media.Api.Configuration;

/// <summary>Reads the valid entries of a section that is invalid as a whole.</summary>
internal interface IValidEntries<T>
    where T : class
{
    /// <param name="last">The settings in effect until now.</param>
    T Read(T last);
}
