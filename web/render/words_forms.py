"""Words of the pages to enter a record, to show one and to take one away: key to (zh, en)."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "taken_by": ("已经登记在：", "It is already on record for:"),
    # a record
    "edit": ("编辑", "Edit"),
    "print": ("打印", "Print"),
    "case_goes_on": ("{title}（办理中）", "{title} (going on)"),
    "all_of_these": ("看全部", "See all of them"),
    "requests_about": ("申请", "Requests"),
    "whole_history": ("全部历史", "Whole history"),
    "no_history": ("还没有改动。", "Nothing was changed yet."),
    # history
    "history_of": ("{label} 的历史", "History of {label}"),
    "has_created": ("{who} 新建", "Created by {who}"),
    "has_deleted": ("{who} 删除", "Deleted by {who}"),
    "has_restored": ("{who} 恢复", "Brought back by {who}"),
    "has_changed": ("{who} 修改了 {n} 个字段", "Changed by {who}, fields: {n}"),
    "more_fields": ("还有 {n} 个字段", "further fields: {n}"),
    "somebody": ("系统", "The system"),
    "by_approval": ("由审批写入", "Written by an approval"),
    "by_import": ("由导入写入", "Written by an import"),
    "by_bulk": ("批量修改", "Part of a bulk change"),
    "newest": ("最新的", "Newest"),
    "older": ("更早的", "Older"),
    "no_rows": ("没有。", "None."),
    # entering
    "uploading": ("文件还在上传，传完再提交。", "A file is still on its way; hand in once it is there."),
    "begin_afresh": ("不用草稿，重新填写", "Start afresh instead"),
    "draft_restored": ("已恢复 {when} 保存的草稿。", "The draft of {when} was restored."),
    "draft_saved": ("草稿已保存，{when}", "Draft saved {when}"),
    "keep_for_later": ("先存着，以后再提交", "Keep, hand in later"),
    "save_and_new": ("保存并继续新增", "Save and add another"),
    "open_that_case": ("打开那件申请", "Open that request"),
    "case_begun": ("已成功提交“{label}”。", "“{label}” was handed in."),
    "saved_label": ("已成功保存“{label}”。", "“{label}” was saved."),
    "nothing_changed": ("“{label}”没有改动。", "Nothing was changed in “{label}”."),
    # deleting
    "delete_ask": ("删除“{label}”？", "Delete “{label}”?"),
    "delete_says": (
        "别的记录还在用、或有申请没办完时不会删除。删除后可以马上撤销。",
        "Nothing is deleted while other records or open requests need it. It can be undone at once.",
    ),
    "deleted_label": ("已删除“{label}”。", "“{label}” was deleted."),
    # masked values
    "purpose_check": ("核对身份或学籍信息", "Checking identity or register"),
    "purpose_contact": ("联系本人或家长", "Calling the person or family"),
    "purpose_report": ("填报上级要求的材料", "A report to the authorities"),
    "purpose_help_person": ("应本人要求", "At the person's own request"),
    "purpose_other": ("其他用途", "Another purpose"),
    # why
    "why_masked": ("{label}为什么遮盖", "Why {label} is masked"),
    "why_see": ("能否查看{name}", "Seeing: {name}"),
    "why_create": ("能否新建{name}", "Creating: {name}"),
    "why_edit": ("能否修改{name}", "Changing: {name}"),
    "why_delete": ("能否删除{name}", "Deleting: {name}"),
    "why_export": ("能否导出{name}", "Exporting: {name}"),
    "why_import": ("能否导入{name}", "Importing: {name}"),
    "why_reveal": ("能否显示{name}的完整内容", "Showing in full: {name}"),
}
