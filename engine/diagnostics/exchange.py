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
    "EXCH_013": Entry(
        zh="“{file}”已在 {at} 导入过（第 {batch} 批），而且没有字段能认出已有的记录，再导入会全部重复",
        en="“{file}” was imported on {at} already (batch {batch}), and no field tells which records are there: "
        "importing it again would create everything twice",
        fix_zh="选一个不重复的字段或“行号”作为依据；确实要再导入一遍，先撤销那一批",
        fix_en="choose a field that does not repeat, or the row number, to find records by; or undo that batch first",
        kind=Kind.CONFLICT,
    ),
    "EXCH_014": Entry(
        zh="“{typed}”的小数位过多，按四舍五入记为 {value}",
        en="“{typed}” has more decimals than are kept and was rounded to {value}",
        fix_zh="如需更多小数位，调大字段的 scale",
        fix_en="raise the scale of the field to keep more of them",
        severity=Severity.WARNING,
    ),
    "EXCH_015": Entry(
        zh="没有填{key}，无法判断是不是已有的记录",
        en="without {key} nobody can tell whether the record is there already",
        fix_zh="补上{key}，或改用别的字段作为依据",
        fix_en="fill in {key}, or find records by another field",
    ),
    "EXCH_016": Entry(
        zh="已有 {count} 条记录的{key}都与这一行相同",
        en="{count} stored records have the {key} of this row",
        fix_zh="改用不重复的字段作为依据，或先合并这些记录",
        fix_en="find records by a field that does not repeat, or merge these records first",
    ),
    "EXCH_017": Entry(
        zh="字段“{field}”不能由导入填写",
        en="the field “{field}” cannot be filled by an import",
        fix_zh="为这一列选别的字段，或不导入这一列；可选：{names}",
        fix_en="choose another field for the column or leave it out; these can be: {names}",
    ),
    "EXCH_018": Entry(
        zh="两列都对应字段“{field}”：{headers}",
        en="two columns go to the field “{field}”: {headers}",
        fix_zh="只保留一列",
        fix_en="keep one of them",
    ),
    "EXCH_019": Entry(
        zh="表格里没有列“{header}”。{near}",
        en="the sheet has no column “{header}”. {near}",
        fix_zh="核对表头；这个表格有：{headers}",
        fix_en="check the header row; these are there: {headers}",
    ),
    "EXCH_020": Entry(
        zh="“{key}”不能作为依据：表格里没有对应它的列",
        en="records cannot be found by “{key}”: no column goes to it",
        fix_zh="先为它选一列，或改用别的字段",
        fix_en="choose a column for it, or another field",
    ),
    "EXCH_021": Entry(
        zh="没有这批导入",
        en="there is no such import",
        fix_zh="在导入页面查看做过的导入",
        fix_en="see the list of imports",
        kind=Kind.MISSING,
    ),
    "EXCH_022": Entry(
        zh="这批导入正在{state}，现在不能这样做",
        en="this import is {state}; that cannot be done now",
        fix_zh="刷新页面，看它到哪一步了",
        fix_en="load the page again to see how far it is",
        kind=Kind.CONFLICT,
    ),
    "EXCH_023": Entry(
        zh="上传的表格已经不在了，无法继续",
        en="the uploaded sheet is no longer there",
        fix_zh="重新上传",
        fix_en="upload it again",
        kind=Kind.MISSING,
    ),
    "EXCH_024": Entry(
        zh="没有字段能认出已有的记录：每一行都会新建",
        en="no field tells which records are there already: every row makes a new one",
        fix_zh="选一个不重复的字段或“行号”作为依据，就能重复导入而不重复新建",
        fix_en="choose a field that does not repeat, or the row number, so that importing again makes no doubles",
        severity=Severity.WARNING,
    ),
    "EXCH_025": Entry(
        zh="“{value}”由第 {row} 行建立，写入时才关联得上",
        en="“{value}” is made by row {row}; it is linked when that row has been written",
        fix_zh="保持这两行的先后次序",
        fix_en="keep the two rows in this order",
        severity=Severity.WARNING,
    ),
    "EXCH_026": Entry(
        zh="您看不到“{key}”的完整内容，不能用它来认已有的记录",
        en="you do not see “{key}” in full, so records cannot be found by it",
        fix_zh="改用您看得到的字段作为依据，例如编号",
        fix_en="find records by a field that you do see, such as a number",
        kind=Kind.FORBIDDEN,
    ),
}
