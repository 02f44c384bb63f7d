/// The type of a value on the wire, by its object id in `pg_type`.
///
/// Only types whose object id is the same in every PostgreSQL have a name here; enums and other types made by a schema
/// are read and bound with a cast in the statement (`kind::text`, `\(kind)::inquiry_kind`).
public struct PostgresType: Hashable, Sendable {
    /// The object id in `pg_type`.
    public let oid: UInt32

    /// Names the type with this object id.
    public init(oid: UInt32) {
        self.oid = oid
    }

    public static let bool = PostgresType(oid: 16)
    public static let bytea = PostgresType(oid: 17)
    public static let name = PostgresType(oid: 19)
    public static let int8 = PostgresType(oid: 20)
    public static let int2 = PostgresType(oid: 21)
    public static let int4 = PostgresType(oid: 23)
    public static let text = PostgresType(oid: 25)
    public static let json = PostgresType(oid: 114)
    public static let float4 = PostgresType(oid: 700)
    public static let float8 = PostgresType(oid: 701)
    public static let unknown = PostgresType(oid: 705)
    public static let bpchar = PostgresType(oid: 1042)
    public static let varchar = PostgresType(oid: 1043)
    public static let date = PostgresType(oid: 1082)
    public static let timestamptz = PostgresType(oid: 1184)
    public static let uuid = PostgresType(oid: 2950)
    public static let jsonb = PostgresType(oid: 3802)

    public static let boolArray = PostgresType(oid: 1000)
    public static let byteaArray = PostgresType(oid: 1001)
    public static let nameArray = PostgresType(oid: 1003)
    public static let int2Array = PostgresType(oid: 1005)
    public static let int4Array = PostgresType(oid: 1007)
    public static let textArray = PostgresType(oid: 1009)
    public static let varcharArray = PostgresType(oid: 1015)
    public static let int8Array = PostgresType(oid: 1016)
    public static let float4Array = PostgresType(oid: 1021)
    public static let float8Array = PostgresType(oid: 1022)
    public static let dateArray = PostgresType(oid: 1182)
    public static let timestamptzArray = PostgresType(oid: 1185)
    public static let uuidArray = PostgresType(oid: 2951)
    public static let jsonbArray = PostgresType(oid: 3807)

    /// The type of an array of this type, or nil where this page knows none.
    public var arrayType: PostgresType? {
        Self.arrays.first { $0.element == self }?.array
    }

    /// The type of this array's elements, or nil if this is no array.
    public var elementType: PostgresType? {
        Self.arrays.first { $0.array == self }?.element
    }

    private static let arrays: [(element: PostgresType, array: PostgresType)] = [
        (.uuid, .uuidArray), (.text, .textArray), (.int8, .int8Array), (.int4, .int4Array), (.int2, .int2Array),
        (.bool, .boolArray), (.float8, .float8Array), (.timestamptz, .timestamptzArray), (.date, .dateArray),
        (.jsonb, .jsonbArray), (.bytea, .byteaArray), (.varchar, .varcharArray), (.name, .nameArray),
        (.float4, .float4Array),
    ]
}
