"""Messages about requests of programs: bodies, headers and parameters of the REST API."""

from __future__ import annotations

from .diagnostic import Entry, Kind

ENTRIES: dict[str, Entry] = {
    "API_001": Entry(
        zh="请求正文不是 JSON：第 {line} 行第 {column} 列，{why}。",
        en="The body is not JSON: line {line} column {column}, {why}.",
        fix_zh="用 JSON 库生成正文，编码为 UTF-8。",
        fix_en="Write the body with a JSON library, in UTF-8.",
        kind=Kind.MALFORMED,
    ),
    "API_002": Entry(
        zh="同一个对象里两次写了“{name}”。",
        en="One object names “{name}” twice.",
        fix_zh="只保留一个。",
        fix_en="Keep one of them.",
        kind=Kind.MALFORMED,
    ),
    "API_003": Entry(
        zh="正文嵌套超过 {most} 层。",
        en="The body is nested more than {most} deep.",
        fix_zh="记录最多两层：字段，以及子表的行。",
        fix_en="A record has two levels: fields, and the rows of sub-tables.",
        kind=Kind.MALFORMED,
    ),
    "API_004": Entry(
        zh="数字“{number}”太长。",
        en="The number “{number}” is too long.",
        fix_zh="证件号、卡号等写成文本；数字不超过 {most} 位。",
        fix_en="Write identity and card numbers as text; a number has at most {most} digits.",
        kind=Kind.MALFORMED,
    ),
    "API_005": Entry(
        zh="正文的类型是“{got}”，这里接受 {wanted}。",
        en="The body is “{got}”; this address takes {wanted}.",
        fix_zh="写上正确的 Content-Type，字符集为 UTF-8。",
        fix_en="State the right Content-Type, with UTF-8 as its charset.",
        kind=Kind.MALFORMED,
    ),
    "API_006": Entry(
        zh="正文不是 UTF-8 编码的文字。",
        en="The body is not text in UTF-8.",
        fix_zh="先把内容转成 UTF-8 再发送。",
        fix_en="Convert the content to UTF-8 before sending it.",
        kind=Kind.MALFORMED,
    ),
    "API_007": Entry(
        zh="没有写明依据的版本。",
        en="The request does not say which version it was made for.",
        fix_zh="先读取记录，再把回答的 ETag 写进 If-Match。",
        fix_en="Read the record first and send its ETag as If-Match.",
        kind=Kind.MALFORMED,
    ),
    "API_008": Entry(
        zh="看不懂 {header}：“{value}”。",
        en="{header} cannot be read: “{value}”.",
        fix_zh="写成 {wanted} 的样子。",
        fix_en="Write it like {wanted}.",
        kind=Kind.MALFORMED,
    ),
    "API_009": Entry(
        zh="这个 Idempotency-Key 已经用在另一个请求上。",
        en="This Idempotency-Key was used for another request.",
        fix_zh="重发时正文须与原来完全相同；新的请求用新的键。",
        fix_en="To repeat a request send exactly the same body; give a new request a new key.",
        kind=Kind.CONFLICT,
    ),
    "API_010": Entry(
        zh="这里没有参数“{name}”。",
        en="There is no parameter “{name}” here.",
        fix_zh="核对参数名{near}",
        fix_en="Check the name of the parameter {near}",
        kind=Kind.MALFORMED,
    ),
    "API_011": Entry(
        zh="参数“{name}”的值“{value}”不对。",
        en="The parameter “{name}” cannot be “{value}”.",
        fix_zh="可用的值：{allowed}",
        fix_en="It takes {allowed}",
        kind=Kind.MALFORMED,
    ),
    "API_012": Entry(
        zh="参数“{name}”写了不止一次。",
        en="The parameter “{name}” is given more than once.",
        fix_zh="只写一次；多个值用逗号隔开。",
        fix_en="Give it once; separate several values by commas.",
        kind=Kind.MALFORMED,
    ),
    "API_013": Entry(
        zh="地址里的参数读不出来。",
        en="The parameters of the address cannot be read.",
        fix_zh="把参数按 UTF-8 做百分号编码，最多 {most} 个。",
        fix_en="Percent-encode the parameters as UTF-8, {most} at most.",
        kind=Kind.MALFORMED,
    ),
    "API_014": Entry(
        zh="没有收到名为 file 的文件。",
        en="No file called “file” was sent.",
        fix_zh="用 multipart/form-data 发送一个名为 file 的文件。",
        fix_en="Send one file called file as multipart/form-data.",
        kind=Kind.MALFORMED,
    ),
    "API_015": Entry(
        zh="“{name}”须是{wanted}。",
        en="“{name}” has to be {wanted}.",
        fix_zh="对照接口说明改正。",
        fix_en="Compare it with the description of the API.",
    ),
    "API_016": Entry(
        zh="没有“{name}”这一项。",
        en="There is nothing called “{name}” to be sent here.",
        fix_zh="去掉它，或者核对名称{near}",
        fix_en="Leave it out, or check the name {near}",
    ),
    "API_017": Entry(
        zh="没有写“{name}”。",
        en="“{name}” is missing.",
        fix_zh="补上它。",
        fix_en="Add it.",
    ),
    "API_018": Entry(
        zh="数据库此刻没有回答。",
        en="The database did not answer.",
        fix_zh="几秒钟后再试。",
        fix_en="Try again in a few seconds.",
        kind=Kind.BUSY,
        retry=True,
    ),
    "API_019": Entry(
        zh="请求里有数据库存不下的值。",
        en="The request holds a value that no database keeps.",
        fix_zh="去掉不可见的字符，核对数字的大小。",
        fix_en="Leave out invisible characters and check how large the numbers are.",
        kind=Kind.MALFORMED,
    ),
}
