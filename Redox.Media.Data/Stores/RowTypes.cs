using System.Data.Common;
using Dapper;

namespace Redox.Media.Data.Stores;

/// <summary>Reads rows straight into the types of the port, with Dapper.</summary>
internal static class RowTypes
{
    static RowTypes()
    {
        SqlMapper.AddTypeHandler(new DeliveryIdHandler());
        SqlMapper.AddTypeHandler(new TextsHandler());
        SqlMapper.AddTypeHandler(new ViolationsHandler());
    }

    /// <summary>Tells Dapper about the types of columns that it does not know.</summary>
    public static void Register()
    {
        // The static constructor has.
    }

    public static async Task<List<T>> ReadAsync<T>(DbDataReader reader, CancellationToken cancellation)
    {
        var parse = reader.GetRowParser<T>();
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(parse(reader));
        }

        return rows;
    }
}
