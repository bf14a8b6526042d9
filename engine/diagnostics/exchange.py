"""Messages about imports, exports and spreadsheets."""

from __future__ import annotations

from .diagnostic import Entry, Kind, Severity

ENTRIES: dict[str, Entry] = {
    "EXCH_001": Entry(
        zh="文件“{file}”超过 {limit} MB",
        en="the file “{file}” is larger than {limit} MB",
        fix_zh="拆成几个文件分别导入",
        fix_en="split it and import the parts one after another",
        kind=Kind.TOO_LARGE,
    ),
    "EXCH_002": Entry(
        zh="无法读取文件“{file}”：它不是完好的 Excel 或 CSV 文件",
        en="“{file}” cannot be read: it is not an intact Excel or CSV file",
        fix_zh="在 Excel 或 WPS 中打开后另存为 .xlsx 或 UTF-8 编码的 .csv，再试一次",
        fix_en="open it in Excel, save it as .xlsx or as .csv in UTF-8, and try again",
        kind=Kind.MALFORMED,
    ),
    "EXCH_003": Entry(
        zh="文件“{file}”解压后过大，已停止读取",
        en="“{file}” unpacks to too much and was not read",
        fix_zh="删除空白行列和图片，或只复制数据到新表后另存",
        fix_en="copy only the cells with data into a new workbook and save that",
        kind=Kind.TOO_LARGE,
    ),
    "EXCH_004": Entry(
        zh="文件“{file}”超过 {rows} 行或 {columns} 列",
        en="“{file}” has more than {rows} rows or {columns} columns",
        fix_zh="拆成几个文件分别导入",
        fix_en="split it and import the parts one after another",
        kind=Kind.TOO_LARGE,
    ),
    "EXCH_005": Entry(
        zh="文件“{file}”中没有数据",
        en="there is nothing in “{file}”",
        fix_zh="选择有数据的工作表或文件",
        fix_en="choose the sheet or file that has rows",
    ),
    "EXCH_006": Entry(
        zh="列“{header}”没有对应的字段，未导入",
        en="the column “{header}” belongs to no field and is left out",
        fix_zh="为它选择字段，或保持不导入",
        fix_en="choose a field for it, or leave it out",
        severity=Severity.WARNING,
    ),
    "EXCH_007": Entry(
        zh="“{value}”像是被 Excel 改写过的长数字，原来的数字已丢失",
        en="“{value}” looks like a long number that Excel has rounded; the digits are lost",
        fix_zh="在原表中把该列设为“文本”格式，重新填写后再导入",
        fix_en="set the column to text in the original sheet, enter it again, then import",
    ),
    "EXCH_008": Entry(
        zh="第 {first} 行和第 {number} 行的{key}相同",
        en="rows {first} and {number} have the same {key}",
        fix_zh="保留其中一行，或更正其中一行",
        fix_en="keep one of them, or correct one of them",
    ),
    "EXCH_009": Entry(
        zh="没有字段可以导入：表头与“{entity}”的字段都对不上",
        en="nothing to import: no header matches a field of “{entity}”",
        fix_zh="核对表头，或手动为各列选择字段",
        fix_en="check the header row, or choose a field for each column",
    ),
    "EXCH_010": Entry(
        zh="“{value}”对应多条{entity}记录",
        en="“{value}” fits more than one {entity}",
        fix_zh="改用编号，或写得更完整",
        fix_en="use the number, or write it in full",
    ),
    "EXCH_011": Entry(
        zh="找不到{entity}“{value}”",
        en="there is no {entity} “{value}”",
        fix_zh="核对名称，或先建立这条记录",
        fix_en="check the spelling, or add that record first",
    ),
    "EXCH_012": Entry(
        zh="这批导入已撤销过，或其后的修改使它不能整批撤销：{count} 条记录后来又被修改",
        en="this import was undone before, or cannot be undone as a whole: {count} records were changed since",
        fix_zh="在记录的历史中逐条恢复",
        fix_en="restore those records one by one from their history",
        kind=Kind.CONFLICT,
    ),
}
